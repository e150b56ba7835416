"""What the keys of the play screen do."""

from __future__ import annotations

from distgame.tui.commands import Command

PLAY_KEYS = (
    Command("space", "travel('run_pause')", "Pause", "Run or pause", "Runs or pauses; at the end it runs again."),
    Command(
        "full_stop", "travel('step', 1)", "Step", "One event on", "One event on, and all that comes of it.", "step"
    ),
    Command("comma", "travel('step', -1)", "Back", "One event back", "One event back.", "step"),
    Command(
        "left_square_bracket", "travel('speed', -1)", "Speed", "Slower", "Half the speed, down to an eighth.", "speed"
    ),
    Command(
        "right_square_bracket",
        "travel('speed', 1)",
        "Speed",
        "Faster",
        "Twice the speed, and then as fast as it goes.",
        "speed",
    ),
    Command("j", "what_if('signals')", "", "Choose a signal", "Shows a letter at each signal: type one to choose it."),
    Command("d", "what_if('drop')", "Drop", "Drop a signal", "Loses the chosen signal; without one, asks which."),
    Command("h", "what_if('hold')", "", "Hold a signal", "Holds the chosen signal back for 20 ticks, each time."),
    Command("t", "what_if('double')", "", "Send a signal twice", "Has the chosen signal come twice."),
    Command("x", "what_if('crash')", "Crash", "Crash or restart the node", "Crashes the chosen node, or restarts it."),
    Command("p", "what_if('pause_node')", "", "Pause the node", "Makes the chosen node stand still for 30 ticks."),
    Command("c", "what_if('cut')", "", "Cut or mend a link", "Cuts the chosen link, or mends it; asks which."),
    Command("u", "what_if('undo')", "", "Take the last change back", "Takes the last change by hand back."),
    Command("o", "what_if('turn_over')", "", "The other future", "Shows the run as it was without your changes."),
    Command("equals_sign", "what_if('side_by_side')", "", "Both futures", "Shows both futures beside each other."),
    Command(
        "k", "what_if('save')", "", "Keep the run as a replay", "Writes the run, changes and all, as a replay file."
    ),
    Command("e", "edit", "Editor", "Open the editor", "Opens your file in your editor."),
    Command("E", "write", "", "Edit here", "Edits your file here, without an editor of your own; F3 saves."),
    Command("y", "copy", "", "Copy the tab", "Copies the text of the tab to the clipboard."),
    Command("n", "hint", "Hint", "A hint", "The next hint of the level."),
    Command("a", "solution", "", "The solution", "Shows the reference's code: free after a pass, else it costs stars."),
    Command("s,S", "result", "Result", "Result of all seeds", "The result of all scored seeds."),
    Command("less_than_sign", "travel('mark', -1)", "", "Previous fault or wrong read", "To the one before."),
    Command(
        "greater_than_sign",
        "travel('mark', 1)",
        "Fault",
        "Next fault or wrong read",
        "To the next fault or wrong read.",
    ),
    Command("left_curly_bracket", "travel('violation', -1)", "", "Previous wrong read", "To the wrong read before."),
    Command("right_curly_bracket", "travel('violation', 1)", "", "Next wrong read", "To the next wrong read."),
    Command("w", "why", "Why", "Why a read is wrong", "Lights up what proves the wrong read, and dims the rest."),
    Command("W", "story", "", "The shortest story", "Shows what the wrong answer hangs on, as lanes."),
    Command("m", "space_time", "", "Space and time", "Draws the messages between the lanes of all servers over time."),
    Command("r", "again", "", "Run again from the file", "Loads the file, and runs the first seed again."),
    Command(
        "H", "hunt('ask')", "Hunt", "Hunt for what breaks it", "Lets the hunter look for what breaks you, or ends it."
    ),
    Command("i", "hunt('tell', 1)", "", "Next step of the story", "One step on in the story of what the hunter found."),
    Command("I", "hunt('tell', -1)", "", "Previous step of the story", "One step back in that story."),
    Command("v", "view(1)", "View", "Next tab", "The next tab."),
    Command("V", "view(-1)", "", "Previous tab", "The tab before."),
    Command("slash", "filter", "", "Filter the events", "Shows only events with certain words."),
    Command("0", "travel('tenth', 0)", "", "", "0 to 9: to so many tenths of the run."),
    Command("f", "focus_wires", "", "Wires of one node", "Makes the wires of the chosen node stand out, or not."),
    Command("b", "board", "", "Ring or board", "Draws the links as a ring, or as a board with a row for each."),
    Command("plus", "one_panel", "", "Only the tab", "Gives the tab the room of the diagram, or gives it back."),
    Command("g", "lesson('wave')", "", "Next strip of the lesson", "Waves the strip of the lesson away."),
    Command("G", "lesson('end')", "", "End the lesson", "Ends the lesson of this level for good."),
    Command("l", "leave", "Levels", "Back to the levels", "Back to the levels."),
    Command("escape", "escape", "", "", "Lets go of what is chosen, or goes back to the levels."),
)
