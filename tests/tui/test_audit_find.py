"""Finding text in the audit log: the cursor goes to the matches, what is around them stays."""

from tests.tui.audit_console import Log, Reader, glass_login, number, plain, reading


async def find(reader: Reader, text: str) -> None:
    """Open the search and type."""
    await reader.press("slash")
    await reader.until(lambda: searching(reader))
    await reader.type(text)


def searching(reader: Reader) -> bool:
    """Whether the search is open."""
    return any(row.startswith("  / find") for row in reader.lines)


async def test_the_newest_match_is_gone_to_while_typing_and_everything_else_stays(log: Log) -> None:
    log.fill(50)
    log.add(plain("needle one"))
    log.fill(20)
    async with reading(log) as reader:
        await reader.see(number(20))
        await find(reader, "needle")
        await reader.see("in what happened", "‖ paused")
        row = next(y for y, line in enumerate(reader.left) if "needle one" in line)
        assert number(50) in reader.left[row - 1]
        assert number(1) in reader.left[row + 1]
        assert "Filters  none" in reader.text


async def test_every_visible_match_is_marked(log: Log) -> None:
    log.add(plain("a needle here"))
    async with reading(log, size=(80, 24)) as reader:
        await reader.see("a needle here")
        await find(reader, "NEEDLE")
        await reader.see("in what happened")
        strips = reader.app.screen._compositor.render_strips()
        assert any(segment.text == "needle" for strip in strips for segment in strip)


async def test_older_and_newer_matches_are_gone_to_wherever_they_are(log: Log) -> None:
    for place in range(5):
        log.add(plain(f"needle {place}"))
        log.fill(700)
    async with reading(log) as reader:
        await reader.see(number(700))
        await find(reader, "needle")
        await reader.see("needle 4")
        await reader.press("enter", "n")
        await reader.see("needle 3")
        await reader.press("n", "n")
        await reader.see("needle 1")
        assert number(2) in reader.text
        await reader.press("N")
        await reader.see("needle 2")
        await reader.press("n", "n", "n")
        await reader.see("needle 4", "from the newest again")


async def test_escape_goes_back_to_where_the_search_began(log: Log) -> None:
    log.add(plain("needle"))
    log.fill(500)
    async with reading(log) as reader:
        await reader.see(number(500))
        await find(reader, "needle")
        await reader.see("needle", "‖ paused")
        await reader.press("escape")
        await reader.see("● following", number(500))
        await reader.until(lambda: not searching(reader))


async def test_after_enter_escape_ends_the_search_where_it_is(log: Log) -> None:
    log.add(plain("needle"))
    log.fill(500)
    async with reading(log) as reader:
        await reader.see(number(500))
        await find(reader, "needle")
        await reader.press("enter")
        await reader.see("n older  N newer  esc end search")
        await reader.see("in what happened")
        await reader.press("escape")
        await reader.until(lambda: not searching(reader))
        assert "‖ paused" in reader.heading
        assert "needle" in reader.text


async def test_what_no_event_has_is_told(log: Log) -> None:
    log.fill(30)
    async with reading(log) as reader:
        await reader.see(number(30))
        await find(reader, "needle")
        await reader.see("no event has needle")
        assert "● following" in reader.heading


async def test_the_words_for_a_type_are_found_as_well(log: Log) -> None:
    log.add(glass_login())
    log.fill(200)
    async with reading(log) as reader:
        await reader.see(number(200))
        await find(reader, "login succ")
        await reader.see("Break-glass user logged in via password")


async def test_only_what_the_filter_shows_is_found(log: Log) -> None:
    log.add(glass_login("ken@harbor.example"), plain("ken was here"))
    log.fill(50)
    async with reading(log) as reader:
        await reader.see(number(50))
        await reader.press("b")
        await reader.see_no(number(50))
        await find(reader, "ken")
        await reader.see("in who")
        assert "ken was here" not in reader.listed


async def test_what_is_typed_into_the_search_is_no_key(log: Log) -> None:
    log.fill(5)
    async with reading(log) as reader:
        await reader.see(number(5))
        await find(reader, "b F z q s")
        await reader.see("b F z q s", "no event has")
        assert "Filters  none" in reader.text
