"""What the keys of the play screen do."""

from __future__ import annotations

from distgame.tui.commands import Command

PLAY_KEYS = (
    Command("space", "run_pause", "Pause", "Run or pause", "Runs or pauses; at the end it runs again."),
    Command("full_stop", "step(1)", "Step", "One event on", "One event on, with all that comes of it.", "step"),
    Command("comma", "step(-1)", "Back", "One event back", "One event back.", "step"),
    Command("left_square_bracket", "speed(-1)", "", "Slower", "Half the speed, down to an eighth.", "speed"),
    Command("right_square_bracket", "speed(1)", "Speed", "Faster", "Twice the speed, up to eight.", "speed"),
    Command("e", "edit", "Editor", "Open the editor", "Opens your file in your editor."),
    Command("n", "hint", "Hint", "A hint", "The next hint of the level."),
    Command("s,S", "result", "Result", "Result of all seeds", "The result of all scored seeds."),
    Command("less_than_sign", "mark(-1)", "", "Previous fault or wrong read", "To the fault or wrong read before."),
    Command("greater_than_sign", "mark(1)", "Fault", "Next fault or wrong read", "To the next fault or wrong read."),
    Command("r", "again", "Again", "Run again from the file", "Loads the file, and runs the first seed again."),
    Command("v", "view(1)", "View", "Next tab", "The next tab."),
    Command("V", "view(-1)", "", "Previous tab", "The tab before."),
    Command("slash", "filter", "", "Filter the events", "Shows only events with certain words."),
    Command("0", "tenth(0)", "", "", "0 to 9: to so many tenths of the run."),
    Command("f", "focus_wires", "", "Wires of one node", "Makes the wires of the chosen node stand out, or not."),
    Command("b", "board", "", "Ring or board", "Draws the links as a ring, or as a board with a row for each."),
    Command("plus", "one_panel", "", "Only the tab", "Gives the tab the room of the diagram, or gives it back."),
    Command("escape,l", "leave", "Levels", "Back to the levels", "Back to the levels."),
)
