"""Model calls written to a file (`--record`), and answered from it again (`--replay`)."""

from adw.adapters.recorded_model.recording import RecordingModel
from adw.adapters.recorded_model.replay import ReplayModel

__all__ = ["RecordingModel", "ReplayModel"]
