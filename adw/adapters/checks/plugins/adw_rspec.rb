# frozen_string_literal: true

# An RSpec formatter that writes down which example begins and ends, while it does: RSpec's own JSON is written once,
# at the very end, and a run that crashes or hangs leaves none. It judges nothing: `adw.checks` does.
require "json"

class AdwWitness
  RSpec::Core::Formatters.register self, :example_started, :example_finished

  def initialize(output)
    @output = output
    @output.sync = true if @output.respond_to?(:sync=)
  end

  def example_started(notification)
    write("start", notification.example)
  end

  def example_finished(notification)
    write("end", notification.example)
  end

  private

  def write(kind, example)
    @output.puts(JSON.generate("kind" => kind, "example" => told(example)))
  end

  def told(example)
    {
      "id" => example.id,
      "full_description" => example.full_description.to_s.scrub,
      "status" => example.execution_result.status.to_s,
      "file_path" => example.metadata[:file_path],
      "line_number" => example.metadata[:line_number],
      "exception" => raised(example.execution_result.exception)
    }
  end

  def raised(exception)
    return nil unless exception

    {
      "class" => exception.class.name,
      "message" => exception.message.to_s.scrub,
      "backtrace" => (exception.backtrace || []).first(20)
    }
  end
end
