"""Search for the routes of all days at once: take up neighbouring stretches of routes and lay them
out anew, again and again.

This is "slack induction by string removals" (Christiaens and Vanden Berghe, Transportation Science
54, 2020) with prizes for what is served: what a visit is worth says what is left out where not
everything fits.  Everything is counted in minutes.  The number of rounds depends on the number of
visits and never on the clock, so the same input gives the same routes on every machine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot

from app.domain.maintenance.near_stops import near_stops
from app.domain.maintenance.planned_stops import Importance
from app.domain.maintenance.route_days import MOVE_PENALTY, UNEVEN, RouteDay, RouteDays
from app.domain.maintenance.travel import DETOUR, KM_PER_HOUR, PER_STOP_MINUTES

MINUTES = DETOUR * 60 / KM_PER_HOUR
"""Of driving, for a kilometre in a straight line."""
WORTH = {
    Importance.OVERDUE: 8000.0,
    Importance.INSPECTION: 2500.0,
    Importance.PRIORITY: 1200.0,
    Importance.ORDINARY: 400.0,
}
"""Minutes of driving and unevenness a visit is worth; more than any detour in a day."""
_TAKEN = 10
"""Visits taken up in a round, on average."""
_ADJACENT = 40
"""Neighbours a round may reach."""
_INSERTED_BESIDE = 24
"""Neighbours beside which a visit is tried first."""
_PASSED_OVER = 0.02
"""Share of good places passed over, so that a round does not always end like the one before."""
_ROUNDS = (30, 40_000)
"""For each visit, and at most."""
_WARM, _COLD = 8.0, 0.4
"""Minutes by which a round may be worse and is kept all the same: at first and at last."""
_NOBODY = -1
_HOME = -1

Cheapest = tuple[float, int, int]
"""What it costs, on which day, after which visit (or from home)."""


@dataclass(slots=True)
class _Undo:
    """Days as they were before a round, and who was left out."""

    routes: dict[int, list[int]]
    left_out: list[int]


class RouteSearch:
    """The routes of all days, being improved.  Firm visits stay where they are, and each
    other goes to whoever looks after its site, where somebody does."""

    def __init__(self, route_days: RouteDays, movable: Sequence[int]) -> None:
        self._board, self._movable = route_days, list(movable)
        stops = route_days.stops
        self._xs = [x * MINUTES for x, _ in route_days.points]
        self._ys = [y * MINUTES for _, y in route_days.points]
        self._takes = [stop.minutes + PER_STOP_MINUTES for stop in stops]
        self._worth = [WORTH[stop.importance] for stop in stops]
        self._days: list[RouteDay] = list(route_days.days.values())
        number = {id(day): at for at, day in enumerate(self._days)}
        self._room = [day.capacity for day in self._days]
        self._slope = [UNEVEN / max(1, room) ** 2 for room in self._room]
        self._homes = [
            None if day.home is None else (day.home[0] * MINUTES, day.home[1] * MINUTES)
            for day in self._days
        ]
        self._open = self._open_days(number)
        self._open_to = {
            id(days): tuple(dict.fromkeys(self._days[at].worker.id for at in sorted(days)))
            for days in self._open
        }
        planned = {(day.worker.id, day.day): at for at, day in enumerate(self._days)}
        self._planned = [planned.get((s.technician_id, s.planned_on), _NOBODY) for s in stops]
        self._routes: list[list[int]] = [list(day.stops) for day in self._days]
        self._load = [0.0] * len(self._days)
        self._on = [_NOBODY] * len(stops)
        self._before = [_HOME] * len(stops)
        self._after = [_HOME] * len(stops)
        self._left_out = dict.fromkeys(self._movable)
        self._empty: dict[str, dict[int, None]] = {w.id: {} for w in route_days.workers}
        for at in range(len(self._days)):
            self._joined(at)
        self._near = near_stops(route_days, self._movable, self._open, _ADJACENT)
        self._firm = {i for i in range(len(stops)) if i not in self._left_out}

    def _open_days(self, number: dict[int, int]) -> list[frozenset[int]]:
        """The days each visit may go to; the same set for all alike."""
        known: dict[tuple[int, ...], frozenset[int]] = {}
        found, by_list = [], dict[int, frozenset[int]]()
        for index in range(len(self._board.stops)):
            inside = self._board.at_home(index)
            if id(inside) not in by_list:
                key = tuple(number[id(day)] for day in inside)
                by_list[id(inside)] = known.setdefault(key, frozenset(key))
            found.append(by_list[id(inside)])
        return found

    # --- routes -----------------------------------------------------------------------------------

    def _leg(self, a: int, b: int, at: int) -> float:
        """Minutes from one visit to the next; from or to home where one is `_HOME`."""
        if a == _HOME or b == _HOME:
            home = self._homes[at]
            if home is None or a == b:
                return 0.0
            other = b if a == _HOME else a
            return hypot(home[0] - self._xs[other], home[1] - self._ys[other])
        return hypot(self._xs[a] - self._xs[b], self._ys[a] - self._ys[b])

    def _joined(self, at: int) -> None:
        """Work out a day anew after its route changed."""
        route = self._routes[at]
        here, load = _HOME, 0.0
        for index in route:
            load += self._leg(here, index, at) + self._takes[index]
            if here != _HOME:
                self._after[here] = index
            self._before[index], self._on[index] = here, at
            here = index
        if route:
            load += self._leg(here, _HOME, at)
            self._after[here] = _HOME
        self._load[at] = load
        empty = self._empty[self._days[at].worker.id]
        if route:
            empty.pop(at, None)
        else:
            empty[at] = None

    def _cost_of(self, at: int) -> float:
        """Driving, unevenness and changes of plan of one day; what the work itself takes is the
        same wherever it is done."""
        load, cost = self._load[at], 0.0
        for index in self._routes[at]:
            cost -= self._takes[index]
            if self._planned[index] != at:
                cost += MOVE_PENALTY
        return cost + load + self._slope[at] * load * load

    def _forgone(self) -> float:
        return sum(self._worth[index] for index in self._left_out)

    # --- placing ----------------------------------------------------------------------------------

    def _beside(self, index: int, dice: Callable[[], float]) -> Cheapest | None:
        """The cheapest place beside one of the neighbours."""
        x, y, xs, ys = self._xs[index], self._ys[index], self._xs, self._ys
        takes, planned, open_days = self._takes[index], self._planned[index], self._open[index]
        best, found = math.inf, None
        for other, apart in self._near[index][:_INSERTED_BESIDE]:
            at = self._on[other]
            if at < 0 or at not in open_days:
                continue
            load = self._load[at]
            spare = self._room[at] - load - takes
            if spare < 0 or dice() < _PASSED_OVER:
                continue
            for after, beyond in ((True, self._after[other]), (False, self._before[other])):
                if beyond != _HOME:
                    bx, by = xs[beyond], ys[beyond]
                    there = hypot(bx - x, by - y)
                    was = hypot(bx - xs[other], by - ys[other])
                elif (home := self._homes[at]) is not None:
                    there = hypot(home[0] - x, home[1] - y)
                    was = hypot(home[0] - xs[other], home[1] - ys[other])
                else:
                    there = was = 0.0
                extra = apart + there - was
                if extra > spare:
                    continue
                more = takes + extra
                cost = extra + self._slope[at] * more * (2 * load + more)
                if at != planned:
                    cost += MOVE_PENALTY
                if cost < best:
                    best, found = cost, (cost, at, other if after else self._before[other])
        return found

    def _on_empty(self, index: int, most: float) -> Cheapest | None:
        """The cheapest empty day, where it costs less than `most`."""
        found, open_days, takes = None, self._open[index], self._takes[index]
        for worker_id in self._open_to[id(open_days)]:
            for at in self._empty[worker_id]:
                if at not in open_days:
                    continue
                way = 2 * self._leg(_HOME, index, at)
                load = way + takes
                if load > self._room[at]:
                    break
                cost = way + self._slope[at] * load * load
                if at != self._planned[index]:
                    cost += MOVE_PENALTY
                if cost < most:
                    most, found = cost, (cost, at, _HOME)
                if at >= self._planned[index]:
                    break
        return found

    def _anywhere(self, index: int) -> Cheapest | None:
        """The cheapest place on any day, however far from the neighbours."""
        best, found, takes = math.inf, None, self._takes[index]
        for at in self._open[index]:
            load = self._load[at]
            spare = self._room[at] - load - takes
            if spare < 0:
                continue
            here, moved = _HOME, 0.0 if at == self._planned[index] else MOVE_PENALTY
            for beyond in (*self._routes[at], _HOME):
                extra = self._leg(here, index, at) + self._leg(index, beyond, at)
                extra -= self._leg(here, beyond, at)
                if extra <= spare:
                    more = takes + extra
                    cost = moved + extra + self._slope[at] * more * (2 * load + more)
                    if cost < best or (cost == best and found is not None and at < found[1]):
                        best, found = cost, (cost, at, here)
                here = beyond
        return found

    def _place(self, index: int, undo: _Undo, dice: Callable[[], float]) -> bool:
        found = self._beside(index, dice)
        found = self._on_empty(index, found[0] if found else math.inf) or found
        if found is None:
            found = self._anywhere(index)
        if found is None:
            return False
        _, at, behind = found
        self._keep(at, undo)
        route = self._routes[at]
        route.insert(0 if behind == _HOME else route.index(behind) + 1, index)
        self._joined(at)
        self._left_out.pop(index, None)
        return True

    # --- rounds -----------------------------------------------------------------------------------

    def _keep(self, at: int, undo: _Undo) -> None:
        if at not in undo.routes:
            undo.routes[at] = self._routes[at][:]

    def _take_up(self, seed: int, undo: _Undo, dice: random.Random) -> list[int]:
        """Take stretches of neighbouring routes up; returns what is to be placed again."""
        around = [seed, *(other for other, _ in self._near[seed])]
        used = len(self._days) - sum(len(empty) for empty in self._empty.values())
        served = len(self._on) - len(self._left_out)
        longest = min(_TAKEN, max(1.0, served / max(1, used)))
        strings = int(dice.uniform(1, 4 * _TAKEN / (1 + longest)))
        waiting = [index for index in around if index in self._left_out]
        taken, touched = list[int](), set[int]()
        for index in around:
            at = self._on[index]
            if at < 0 or at in touched or index in self._firm:
                continue
            if len(touched) >= strings:
                break
            touched.add(at)
            route = self._routes[at]
            length = int(dice.uniform(1, min(len(route), longest) + 1))
            place = route.index(index)
            begin = dice.randint(max(0, place - length + 1), min(place, len(route) - length))
            self._keep(at, undo)
            stretch = [i for i in route[begin : begin + length] if i not in self._firm]
            for other in stretch:
                route.remove(other)
                self._on[other] = _NOBODY
                self._left_out[other] = None
            self._joined(at)
            taken += stretch
        return [*taken, *waiting]

    def _order(self, indexes: list[int], dice: random.Random) -> None:
        """In which order they are placed: at random, longest first, fewest days first, or the
        most important first."""
        kind = dice.randrange(8)
        dice.shuffle(indexes)
        stops = self._board.stops
        if kind < 3:
            indexes.sort(key=lambda i: stops[i].importance)
        elif kind == 3:
            indexes.sort(key=lambda i: (stops[i].importance, -self._takes[i]))
        elif kind == 4:
            indexes.sort(key=lambda i: (stops[i].importance, len(self._open[i])))
        elif kind == 5:
            indexes.sort(key=lambda i: (stops[i].importance, self._takes[i]))

    def _begin(self, dice: random.Random) -> None:
        """A first route for every day: what is important and has few days first."""
        stops, nothing = self._board.stops, _Undo({}, [])
        key = [
            (stops[i].importance, len(self._open[i]), stops[i].visit_id, i) for i in self._movable
        ]
        for *_, index in sorted(key):
            if self._open[index]:
                self._place(index, nothing, dice.random)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Search, and put what was found on the days."""
        dice = random.Random(1)
        self._begin(dice)
        each, most = _ROUNDS
        count = len(self._movable)
        rounds = min(each * count, most)
        heat = (_COLD / _WARM) ** (1 / max(1, rounds))
        warmth, gained, best, kept = _WARM, 0.0, 0.0, None
        for turn in range(rounds if count > 1 else 0):
            if turn % 100 == 0:
                progress(turn, rounds)
            gained += self._round(dice, warmth)
            warmth *= heat
            if gained < best - 0.01:
                best = gained
                kept = [route[:] for route in self._routes] if 10 * turn > 9 * rounds else None
        if kept is not None:
            self._routes = kept
        self._hand_over()

    def _round(self, dice: random.Random, warmth: float) -> float:
        """One round; what it changed the cost by, 0 where it was undone."""
        undo = _Undo({}, list(self._left_out))
        seed = self._movable[int(dice.random() * len(self._movable))]
        placing = self._take_up(seed, undo, dice)
        self._order(placing, dice)
        for index in placing:
            if self._open[index]:
                self._place(index, undo, dice.random)
        after = sum(self._cost_of(at) for at in undo.routes) + self._forgone()
        now = {at: self._routes[at] for at in undo.routes}
        left = self._left_out
        self._restore(undo)
        before = sum(self._cost_of(at) for at in undo.routes) + self._forgone()
        if after < before - warmth * math.log(dice.random() or 1e-9):
            for at, route in now.items():
                self._routes[at] = route
            self._left_out = left
            for at in now:
                self._joined(at)
            for index in left:
                self._on[index] = _NOBODY
            return after - before
        return 0.0

    def _restore(self, undo: _Undo) -> None:
        for at, route in undo.routes.items():
            self._routes[at] = route
        self._left_out = dict.fromkeys(undo.left_out)
        for at in undo.routes:
            self._joined(at)
        for index in undo.left_out:
            self._on[index] = _NOBODY

    def _hand_over(self) -> None:
        board = self._board
        for at, day in enumerate(self._days):
            for index in list(day.stops):
                board.take(index)
            for place, index in enumerate(self._routes[at]):
                board.put(index, day, place)
