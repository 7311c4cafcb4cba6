//! The page's keyboard shortcuts in one place: what each does, where it works, and whether a key press is it. What is listed here
//! is what the page obeys; keys of the browser's own controls are listed beside them, for people.

/// A shortcut that the page itself listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shortcut {
    /// Opens the palette.
    Find,
    /// Opens the list of shortcuts.
    List,
    /// The row before and after, along the list that a rollout or a prediction was opened from.
    Previous,
    Next,
    /// Along a replay.
    PlayOrPause,
    EventBack,
    EventOn,
    MilestoneBack,
    MilestoneOn,
    /// Out of a replay.
    Present,
}

/// Where shortcuts work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    Everywhere,
    Replay,
    Data,
    Run,
    Example,
    Results,
}

/// A key that was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stroke {
    /// Its name as the browser tells it: `k`, `?`, `Escape`.
    pub key: String,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
    /// The command key of a Mac.
    pub meta: bool,
    /// Somebody is typing there, or a dialog is open.
    pub in_field: bool,
}

/// Whose keyboard it is: a Mac has its command key where others have Ctrl.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keyboard {
    #[default]
    Usual,
    Mac,
}

/// A line of the list of shortcuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub place: Place,
    /// Keys that are pressed together; each of several such sets does.
    pub keys: Vec<Vec<&'static str>>,
    pub words: &'static str,
}

impl Shortcut {
    /// All of them.
    pub const ALL: [Shortcut; 10] = [
        Shortcut::Find,
        Shortcut::List,
        Shortcut::PlayOrPause,
        Shortcut::EventBack,
        Shortcut::EventOn,
        Shortcut::MilestoneBack,
        Shortcut::MilestoneOn,
        Shortcut::Present,
        Shortcut::Previous,
        Shortcut::Next,
    ];

    /// Where it works.
    pub fn place(self) -> Place {
        match self {
            Shortcut::Find | Shortcut::List => Place::Everywhere,
            Shortcut::Previous | Shortcut::Next => Place::Example,
            Shortcut::PlayOrPause
            | Shortcut::EventBack
            | Shortcut::EventOn
            | Shortcut::MilestoneBack
            | Shortcut::MilestoneOn
            | Shortcut::Present => Place::Replay,
        }
    }

    /// What it does.
    pub fn words(self) -> &'static str {
        match self {
            Shortcut::Find => "Find a screen, run, prompt, question or action; also from a text field",
            Shortcut::List => "This list",
            Shortcut::Previous => "The question before, along the list that you came from",
            Shortcut::Next => "The question after",
            Shortcut::PlayOrPause => "Play or pause",
            Shortcut::EventBack => "Back by one event",
            Shortcut::EventOn => "On by one event",
            Shortcut::MilestoneBack => "Back to the mark before",
            Shortcut::MilestoneOn => "On to the next mark",
            Shortcut::Present => "Back to the run as it is now",
        }
    }

    /// Its keys, pressed together, as they are printed.
    pub fn keys(self, keyboard: Keyboard) -> Vec<&'static str> {
        match self {
            Shortcut::Find if keyboard == Keyboard::Mac => vec!["⌘", "K"],
            Shortcut::Find => vec!["Ctrl", "K"],
            Shortcut::List => vec!["?"],
            Shortcut::Previous => vec!["P"],
            Shortcut::Next => vec!["N"],
            Shortcut::PlayOrPause => vec!["K"],
            Shortcut::EventBack => vec!["J"],
            Shortcut::EventOn => vec!["L"],
            Shortcut::MilestoneBack => vec!["Shift", "J"],
            Shortcut::MilestoneOn => vec!["Shift", "L"],
            Shortcut::Present => vec!["Esc"],
        }
    }

    /// Its keys as the `aria-keyshortcuts` attribute wants them.
    pub fn aria(self, keyboard: Keyboard) -> String {
        let names = self.keys(keyboard).into_iter().map(|key| match key {
            "⌘" => "Meta",
            "Ctrl" => "Control",
            "Esc" => "Escape",
            key => key,
        });
        names.collect::<Vec<_>>().join("+")
    }

    /// Whether a letter or sign alone does it: such shortcuts can be switched off, for those who speak what others type.
    pub fn is_single(self) -> bool {
        !matches!(self, Shortcut::Find | Shortcut::Present)
    }

    /// Whether a key press is this shortcut. While somebody types only the palette's is.
    pub fn is(self, stroke: &Stroke, keyboard: Keyboard) -> bool {
        let wants_command = self == Shortcut::Find;
        let (command, other) = match keyboard {
            Keyboard::Usual => (stroke.ctrl, stroke.meta),
            Keyboard::Mac => (stroke.meta, stroke.ctrl),
        };
        if command != wants_command || other || stroke.alt || stroke.in_field && !wants_command {
            return false;
        }
        // On some keyboards a question mark needs Shift, on others it does not.
        let wants_shift = matches!(self, Shortcut::MilestoneBack | Shortcut::MilestoneOn);
        if self != Shortcut::List && stroke.shift != wants_shift {
            return false;
        }
        let key = match self {
            Shortcut::Find | Shortcut::PlayOrPause => "k",
            Shortcut::List => "?",
            Shortcut::Previous => "p",
            Shortcut::Next => "n",
            Shortcut::EventBack | Shortcut::MilestoneBack => "j",
            Shortcut::EventOn | Shortcut::MilestoneOn => "l",
            Shortcut::Present => "Escape",
        };
        stroke.key.eq_ignore_ascii_case(key)
    }
}

impl Place {
    /// All places, in the order of the list.
    pub const ALL: [Place; 6] =
        [Place::Everywhere, Place::Replay, Place::Data, Place::Run, Place::Example, Place::Results];

    /// Its name as a heading.
    pub fn heading(self) -> &'static str {
        match self {
            Place::Everywhere => "Everywhere",
            Place::Replay => "Replay of a run",
            Place::Run => "Run",
            Place::Example => "A question's rollout",
            Place::Results => "Results",
            Place::Data => "Data and Playground",
        }
    }
}

/// What the list of shortcuts shows, by places.
pub fn listed(keyboard: Keyboard) -> Vec<Listed> {
    let own = Shortcut::ALL.into_iter().map(|shortcut| Listed {
        place: shortcut.place(),
        keys: vec![shortcut.keys(keyboard)],
        words: shortcut.words(),
    });
    let command = if keyboard == Keyboard::Mac { "⌘" } else { "Ctrl" };
    let natives: [(Place, Vec<Vec<&'static str>>, &'static str); 9] = [
        (Place::Everywhere, vec![vec!["Esc"]], "Close what is open"),
        (Place::Run, vec![vec!["←"], vec!["→"]], "In the lineage tree: to the parent, to the nearest child"),
        (Place::Run, vec![vec!["↑"], vec!["↓"]], "In the lineage tree: up and down within a round; Enter opens one"),
        (
            Place::Run,
            vec![vec!["←"], vec!["→"], vec!["Home"], vec!["End"]],
            "On the score chart: from score to score; Enter opens the prompt",
        ),
        (Place::Replay, vec![vec!["←"], vec!["→"]], "On the slider: by one event"),
        (
            Place::Replay,
            vec![vec!["Page Up"], vec!["Page Down"], vec!["Home"], vec!["End"]],
            "On the slider: by larger steps, to its ends",
        ),
        (
            Place::Results,
            vec![vec!["←"], vec!["→"], vec!["↑"], vec!["↓"]],
            "In the matrix and the table: from cell to cell; Enter opens one",
        ),
        (
            Place::Results,
            vec![vec!["Home"], vec!["End"], vec!["Page Up"], vec!["Page Down"]],
            "There: to the ends of a row, with Ctrl of the list; by as many rows as are in view",
        ),
        (
            Place::Data,
            vec![vec![command, "Enter"]],
            "In a field for SQL: runs it; in the playground's question: asks it",
        ),
    ];
    let natives = natives.into_iter().map(|(place, keys, words)| Listed { place, keys, words });
    let mut all: Vec<Listed> = own.chain(natives).collect();
    all.sort_by_key(|line| Place::ALL.iter().position(|place| *place == line.place));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(key: &str) -> Stroke {
        Stroke { key: key.into(), ..Stroke::default() }
    }

    fn pressed(stroke: &Stroke, keyboard: Keyboard) -> Vec<Shortcut> {
        Shortcut::ALL.into_iter().filter(|shortcut| shortcut.is(stroke, keyboard)).collect()
    }

    #[test]
    fn each_key_does_one_thing() {
        let usual = |stroke: &Stroke| pressed(stroke, Keyboard::Usual);
        assert_eq!(usual(&stroke("k")), [Shortcut::PlayOrPause]);
        assert_eq!(usual(&Stroke { ctrl: true, ..stroke("k") }), [Shortcut::Find]);
        assert_eq!(usual(&Stroke { shift: true, ..stroke("J") }), [Shortcut::MilestoneBack]);
        assert_eq!(usual(&stroke("J")), [Shortcut::EventBack], "with Caps Lock");
        assert_eq!(usual(&Stroke { shift: true, ..stroke("?") }), [Shortcut::List]);
        assert_eq!(usual(&stroke("?")), [Shortcut::List]);
        assert_eq!(usual(&stroke("Escape")), [Shortcut::Present]);
        assert_eq!(usual(&stroke("x")), []);
    }

    #[test]
    fn keys_of_the_browser_are_left_to_it() {
        for key in ["k", "j", "l", "p", "n", "?", "Escape"] {
            assert_eq!(pressed(&Stroke { alt: true, ..stroke(key) }, Keyboard::Usual), []);
            assert_eq!(pressed(&Stroke { meta: true, ..stroke(key) }, Keyboard::Usual), []);
            assert_eq!(pressed(&Stroke { ctrl: true, ..stroke(key) }, Keyboard::Mac), []);
        }
        assert_eq!(pressed(&Stroke { ctrl: true, ..stroke("p") }, Keyboard::Usual), [], "printing");
        assert_eq!(
            pressed(&Stroke { ctrl: true, shift: true, ..stroke("K") }, Keyboard::Usual),
            [],
            "Firefox's console"
        );
    }

    #[test]
    fn nothing_but_the_palette_answers_while_somebody_types() {
        for shortcut in Shortcut::ALL {
            let key = match shortcut.keys(Keyboard::Usual).last() {
                Some(&"Esc") => "Escape".to_owned(),
                key => key.map(|key| key.to_lowercase()).unwrap_or_default(),
            };
            let shift = shortcut.keys(Keyboard::Usual).contains(&"Shift");
            let ctrl = shortcut == Shortcut::Find;
            let typed = Stroke { key, shift, ctrl, ..Stroke::default() };
            assert!(shortcut.is(&typed, Keyboard::Usual), "{shortcut:?}");
            let in_field = Stroke { in_field: true, ..typed };
            assert_eq!(shortcut.is(&in_field, Keyboard::Usual), shortcut == Shortcut::Find, "{shortcut:?}");
        }
    }

    #[test]
    fn the_list_names_every_shortcut_and_every_place() {
        let lines = listed(Keyboard::Mac);
        assert!(Shortcut::ALL.iter().all(|shortcut| lines.iter().any(|line| line.words == shortcut.words())));
        assert!(Place::ALL.iter().all(|place| lines.iter().any(|line| line.place == *place)));
        let of_tree: Vec<_> =
            lines.iter().filter(|line| line.words.contains("tree")).flat_map(|line| line.keys.concat()).collect();
        assert_eq!(of_tree, ["←", "→", "↑", "↓"]);
        assert_eq!(lines[0].keys, [["⌘", "K"]]);
        assert_eq!(Shortcut::Find.aria(Keyboard::Usual), "Control+K");
    }
}
