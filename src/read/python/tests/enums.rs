//! Members of enumerations within texts.

use super::programs_are;

#[test]
fn a_member_that_is_a_text_is_written_by_its_name() {
    let types = "class T(str, Enum):\n    A = 'ml.a'\n";
    let own = "class T(str, Enum):\n    A = 'ml.a'\n    def __str__(self):\n        return self.value\n";
    programs_are(&[
        (
            &[],
            &format!("{types}S(T.A)\nS(T.A.value)\nS(f'{{T.A.value}}')\nS(T.A + 'x')\nS(','.join([T.A]))"),
            &["ml.a", "ml.a", "ml.a", "ml.ax", "ml.a"],
        ),
        (&[], &format!("{types}S(str(T.A))\nS('%s' % T.A)\nS(f'{{T.A!s}}')"), &["T.A", "T.A", "T.A"]),
        // Until 3.11 it was the value.
        (&[], &format!("{types}S(f'{{T.A}}')\nS('{{}}'.format(T.A))"), &["{?}", "{?}"]),
        (&[], &format!("{own}S(str(T.A))\nS(f'{{T.A}}')\nS('%s' % T.A)\nS('{{}}'.format(T.A))"), &["ml.a"; 4]),
        (
            &[("types_.py", "from enum import Enum\nclass T(str, Enum):\n    A = 'ml.a'\n")],
            "from types_ import T\nS(T.A)\nS(str(T.A))",
            &["ml.a", "T.A"],
        ),
        (&[], "A = 'ml.a'\nclass T(str, Enum):\n    B = A\nS(str(A))\nS(str(T.B))", &["ml.a", "T.B"]),
        (
            &[],
            "from enum import StrEnum\nclass T(StrEnum):\n    A = 'ml.a'\nS(str(T.A))\nS(f'{T.A}')",
            &["ml.a", "ml.a"],
        ),
        (&[], "class T(Enum):\n    A = 'ml.a'\nS(str(T.A))\nS(f'{T.A}')\nS(T.A.value)", &["T.A", "T.A", "ml.a"]),
    ]);
}

#[test]
fn a_member_that_is_a_number_is_written_by_its_name() {
    programs_are(&[
        (&[], "from enum import IntEnum\nclass T(IntEnum):\n    A = 3\nS(f'{T.A}')\nS('%d' % T.A)", &["3", "{?}"]),
        (&[], "class T(int, Enum):\n    A = 3\nS(str(T.A))\nS(f'{T.A}')", &["T.A", "{?}"]),
    ]);
}
