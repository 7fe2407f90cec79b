"""For each language: what a file defines, with signatures on one line and what is around it, and what it uses."""

import pytest

from adw.adapters.symbols.languages import LANGUAGES
from adw.adapters.symbols.reader import language_of, read_symbols

SAMPLES = {
    "order.py": (
        """\
import os
from shop.cart import Cart as Basket

LIMIT: int = 3
type Cents = int


@cached
class Order(Base):
    def total(
        self,
        tax: int = 0,  # percent
    ) -> int:  # in cents
        \"\"\"All of it.\"\"\"
        def inner(): ...
        return price(self.cart)

    async def send(self): pass
""",
        """\
4-4 value LIMIT: LIMIT: int = 3
5-5 type Cents: type Cents = int
9-18 type Order: class Order(Base)
10-16   function total: def total(self, tax: int = 0) -> int
15-15     inner inner: def inner()
18-18   function send: async def send(self)
""",
        "Base Basket Cart Cents LIMIT Order cached cart inner int os price self send shop tax total",
    ),
    "order.js": (
        """\
import { price } from "./shop/price.js";
const tax = require("../tax");
export const LIMIT = 3;
export class Order extends Base {
  count = () => 1;
  total(tax) { return price(tax); }
}
export default function main(a, b) { const local = () => 2; }
function* each() {}
const send = async (order) => { };
module.exports.close = function () {};
""",
        """\
2-2 value tax: tax = require("../tax")
3-3 value LIMIT: LIMIT = 3
4-7 type Order: class Order extends Base
5-5   function count: count = ()
6-6   function total: total(tax)
8-8 function main: function main(a, b)
8-8   inner local: local = ()
9-9 function each: function* each()
10-10 function send: send = async (order)
11-11 function close: module.exports.close = function ()
""",
        "Base LIMIT Order close count each exports local main module order price require send tax total",
    ),
    "order.ts": (
        """\
import type { Price } from './price';
export * from "../kinds/index";
export interface Order<T> { total(tax: number): number; name: string }
export type Id = string | number;
enum Kind { A, B }
export abstract class Cart implements Order<Id> {
  private add = (x: number): void => {};
  abstract close(): void;
  total(tax: number): number { return sum(tax); }
}
namespace shop { export function open(): Price { } }
declare function gone(): void;
""",
        """\
3-3 type Order: interface Order<T>
3-3   function total: total(tax: number): number
4-4 type Id: type Id = string | number
5-5 type Kind: enum Kind
6-10 type Cart: abstract class Cart implements Order<Id>
7-7   function add: private add = (x: number): void
8-8   function close: abstract close(): void
9-9   function total: total(tax: number): number
11-11 type shop: namespace shop
11-11   function open: function open(): Price
12-12 function gone: function gone(): void
""",
        "Cart Id Kind Order Price add close gone index name open price shop sum tax total",
    ),
    "Page.tsx": (
        """\
export const Page: React.FC<Props> = ({ order }) => <div>{total(order)}</div>;
export function View() { return <Page order={1} />; }
""",
        """\
1-1 function Page: Page: React.FC<Props> = ({ order })
2-2 function View: function View()
""",
        "FC Page Props React View div order total",
    ),
    "order.go": (
        """\
package shop

import "example.com/x/tax"

const (
	Limit = 3
	Other
)

var first, second = 1, 2

type Order[T any] struct{ Total int }

type Payer interface {
	Pay(cents int) error
}

func (o *Order) Sum(rate int) (int, error) {
	return tax.Of(rate), nil
}
""",
        """\
6-6 value Limit: Limit = 3
7-7 value Other: Other
10-10 value first: first, second = 1, 2
10-10 value second: first, second = 1, 2
12-12 type Order: Order[T any] struct
14-16 type Payer: Payer interface
15-15   function Pay: Pay(cents int) error
18-20 function Sum: func (o *Order) Sum(rate int) (int, error)
""",
        "Limit Of Order Other Pay Payer Sum Total any cents error first int rate second shop tax",
    ),
    "order.rs": (
        """\
use crate::tax::rate;
pub const LIMIT: u32 = 3;
pub struct Order<T> { total: T }
pub trait Pay { fn pay(&self, cents: u32) -> bool; }
impl<T> Pay for Order<T> {
    fn pay(&self, cents: u32) -> bool { rate(cents) }
}
macro_rules! order { () => {} }
pub async fn send(order: &Order<u8>) -> Result<(), Error>
where
    u8: Copy,
{ Ok(()) }
""",
        """\
2-2 value LIMIT: pub const LIMIT: u32 = 3
3-3 type Order: pub struct Order<T>
4-4 type Pay: pub trait Pay
4-4   function pay: fn pay(&self, cents: u32) -> bool
5-7 type Order: impl<T> Pay for Order<T>
6-6   function pay: fn pay(&self, cents: u32) -> bool
8-8 function order: macro_rules! order
9-12 function send: pub async fn send(order: &Order<u8>) -> Result<(), Error> where u8: Copy,
""",
        "Copy Error LIMIT Ok Order Pay Result cents order pay rate send tax total",
    ),
    "Order.java": (
        """\
package shop;
import tax.Rate;
public class Order extends Base implements Pay {
  public Order(int total) { }
  @Override public int pay(int cents) throws IOException { return Rate.of(cents); }
  interface Inner { void close(); }
}
enum Kind { A }
record Point(int x, int y) { }
@interface Marked { }
""",
        """\
3-7 type Order: public class Order extends Base implements Pay
4-4   function Order: public Order(int total)
5-5   function pay: @Override public int pay(int cents) throws IOException
6-6   type Inner: interface Inner
6-6     function close: void close()
8-8 type Kind: enum Kind
9-9 type Point: record Point(int x, int y)
10-10 type Marked: @interface Marked
""",
        "Base IOException Inner Kind Marked Order Override Pay Point Rate cents close of pay shop tax total",
    ),
    "order.c": (
        """\
#include "tax/rate.h"
#define TWICE(x) ((x) * 2)
struct order { int total; };
struct customer;
typedef struct { int x; } point_t;
static int *total(struct order *o, int tax)
{
    return rate(o->total);
}
int declared(void);
void (*listener(int number, void (*then)(int)))(int) { return 0; }
""",
        """\
2-2 value TWICE: #define TWICE(x) ((x) * 2)
3-3 type order: struct order
5-5 type point_t: typedef struct point_t
6-9 function total: static int *total(struct order *o, int tax)
10-10 function declared: int declared(void)
11-11 function listener: void (*listener(int number, void (*then)(int)))(int)
""",
        "TWICE customer declared listener number order point_t rate tax then total",
    ),
    "order.cpp": (
        """\
#include <vector>
namespace shop {
class Order : public Base {
 public:
  Order(int total);
  ~Order();
  virtual int pay(int cents) const = 0;
  const char* name() const;
  Order& operator=(const Order& other);
  bool operator==(const Order& other) const { return true; }
};
template <typename T> T twice(T x) { return x; }
}
int shop::Order::pay(int cents) const { return rate(cents); }
using Id = int;
""",
        """\
2-13 type shop: namespace shop
3-11   type Order: class Order : public Base
5-5     function Order: Order(int total)
6-6     function ~Order: ~Order()
7-7     function pay: virtual int pay(int cents) const = 0
8-8     function name: const char* name() const
9-9     function operator=: Order& operator=(const Order& other)
10-10     function operator==: bool operator==(const Order& other) const
12-12   function twice: T twice(T x)
14-14 function pay: int shop::Order::pay(int cents) const
15-15 type Id: using Id = int
""",
        "Base Id Order cents name other pay rate total twice vector",
    ),
    "order.h": (
        """\
#ifdef __cplusplus
extern "C" {
#endif
int total(struct order *o);
#ifdef __cplusplus
}
#endif
""",
        """\
4-4 function total: int total(struct order *o)
""",
        "__cplusplus order total",
    ),
    "order.rb": (
        """\
require_relative "tax/rate"
LIMIT = 3
module Shop
  class Order < Base
    def total(tax = 0)
      rate(tax)
    end
    def self.make
    end
  end
end
""",
        """\
2-2 value LIMIT: LIMIT = 3
3-11 type Shop: module Shop
4-10   type Order: class Order < Base
5-7     function total: def total(tax = 0)
8-9     function make: def self.make
""",
        "Base LIMIT Order Shop make rate require_relative tax total",
    ),
    "order.php": (
        """\
<html><?php
namespace Shop;
use Tax\\Rate;
function total(int $tax): int { return rate($tax); }
interface Pay { public function pay(int $cents): bool; }
final class Order extends Base implements Pay {
  public function pay(int $cents): bool { return Rate::of($cents); }
}
trait Sends { }
enum Kind: string { case A = 'a'; }
?>
""",
        """\
4-4 function total: function total(int $tax): int
5-5 type Pay: interface Pay
5-5   function pay: public function pay(int $cents): bool
6-8 type Order: final class Order extends Base implements Pay
7-7   function pay: public function pay(int $cents): bool
9-9 type Sends: trait Sends
10-10 type Kind: enum Kind: string
""",
        "Base Kind Order Pay Rate Sends Shop Tax cents of pay rate tax total",
    ),
    "Order.cs": (
        """\
using Tax;
namespace Shop;
public class Order : Base {
  public int Total { get; set; }
  public Order(int total) { }
  public async Task<int> Pay(int cents) { return await Rate.Of(cents); }
}
interface IPay { bool Pay(); }
record Point(int X, int Y);
enum Kind { A }
struct Size { }
delegate int Sum(int a);
""",
        """\
3-7 type Order: public class Order : Base
4-4   value Total: public int Total
5-5   function Order: public Order(int total)
6-6   function Pay: public async Task<int> Pay(int cents)
8-8 type IPay: interface IPay
8-8   function Pay: bool Pay()
9-9 type Point: record Point(int X, int Y)
10-10 type Kind: enum Kind
11-11 type Size: struct Size
12-12 type Sum: delegate int Sum(int a)
""",
        "Base IPay Kind Of Order Pay Point Rate Shop Size Sum Task Tax Total cents total",
    ),
}
"""By file name: its text, its definitions as `first-last kind name: signature`, the names that it uses."""


@pytest.mark.parametrize("path", SAMPLES)
def test_a_file_s_definitions_and_uses(path: str) -> None:
    text, rows, uses = SAMPLES[path]
    found = _read(path, text)
    shown = [
        f"{one.line}-{one.end} {'  ' * one.depth}{one.kind} {one.name}: {one.signature}" for one in found.definitions()
    ]
    assert shown == rows.splitlines()
    assert found.references == uses


@pytest.mark.parametrize("path", SAMPLES)
def test_a_file_gives_its_names_once_and_in_order(path: str) -> None:
    """All that is defined in it, but not what a block only adds to (`impl` of Rust)."""
    found = _read(path, SAMPLES[path][0])
    assert found.names.split() == list(dict.fromkeys(one.name for one in found.definitions()))


def test_every_language_has_a_sample() -> None:
    assert {_language(path) for path in SAMPLES} == {one.name for one in LANGUAGES}


def test_no_suffix_belongs_to_two_languages() -> None:
    suffixes = [suffix for one in LANGUAGES for suffix in one.suffixes]
    assert len(suffixes) == len(set(suffixes))


def _language(path: str) -> str:
    language = language_of(path)
    assert language is not None
    return language.name


def _read(path: str, text: str):
    language = language_of(path)
    assert language is not None
    found = read_symbols(language, text.encode())
    assert found is not None
    return found
