//! Fields of forms, with labels, hints and errors tied to them.

use std::collections::BTreeMap;

use maud::{Markup, html};

/// Errors by field; the empty name stands for the whole form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FormErrors(BTreeMap<String, String>);

impl FormErrors {
    /// No field's error: one of the whole form.
    pub(super) fn whole(text: impl Into<String>) -> Self {
        Self::one("", text)
    }

    /// One field's error.
    pub(super) fn one(field: &str, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(field.to_owned(), text.into())]))
    }

    pub(super) fn add(&mut self, field: &str, text: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| text.into());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of this field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// The summary above the form; the browser focuses it. Its links lead to the fields.
    pub(super) fn summary(&self) -> Markup {
        html! {
            @if !self.is_empty() {
                div.errors role="alert" tabindex="-1" autofocus {
                    h2 { "There is a problem" }
                    ul {
                        @for (field, text) in &self.0 {
                            li { @if field.is_empty() { (text) } @else { a href={ "#" (field) } { (text) } } }
                        }
                    }
                }
            }
        }
    }
}

/// The filters of a list. Where there is little space they are folded, unless one is set.
pub(super) fn filter_panel(active: usize, form: &Markup) -> Markup {
    html! {
        details.filter-panel open[active > 0] {
            summary { "Filters" @if active > 0 { " (" (active) " active)" } }
            (form)
        }
    }
}

/// An action that cannot be undone: its button shows only after a first click, together with the consequence.
pub(super) fn confirmed(label: &str, consequence: &str, form: &Markup) -> Markup {
    html! {
        details.confirmed {
            summary { (label) }
            p { (consequence) }
            (form)
        }
    }
}

/// A field of one line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub kind: &'a str,
    pub value: &'a str,
    pub hint: &'a str,
    pub autocomplete: &'a str,
    pub required: bool,
}

impl Field<'_> {
    /// The label, hint, error and input.
    pub(super) fn render(&self, errors: &FormErrors) -> Markup {
        let Field { name, label, kind, value, hint, autocomplete, required } = *self;
        let error = errors.of(name);
        let input = html! {
            input #(name) name=(name) type=(if kind.is_empty() { "text" } else { kind }) value=(value)
                autocomplete=(if autocomplete.is_empty() { "off" } else { autocomplete })
                required[required] aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by(name, hint, error)];
        };
        framed(name, label, hint, error, &input)
    }
}

/// A field of several lines.
pub(super) fn text_area(name: &str, label: &str, value: &str, hint: &str, errors: &FormErrors) -> Markup {
    let error = errors.of(name);
    let input = html! {
        textarea #(name) name=(name) rows="3" spellcheck="false" aria-invalid=[error.map(|_| "true")]
            aria-describedby=[described_by(name, hint, error)] { (value) }
    };
    framed(name, label, hint, error, &input)
}

/// A choice. Each option has a value and a label.
pub(super) fn select(
    name: &str,
    label: &str,
    options: &[(&str, &str)],
    value: &str,
    hint: &str,
    errors: &FormErrors,
) -> Markup {
    let error = errors.of(name);
    let input = html! {
        select #(name) name=(name) aria-invalid=[error.map(|_| "true")]
            aria-describedby=[described_by(name, hint, error)] {
            @for (option, label) in options { option value=(option) selected[*option == value] { (label) } }
        }
    };
    framed(name, label, hint, error, &input)
}

fn described_by(name: &str, hint: &str, error: Option<&str>) -> Option<String> {
    let hint = (!hint.is_empty()).then(|| format!("{name}-hint"));
    let ids: Vec<String> = hint.into_iter().chain(error.map(|_| format!("{name}-error"))).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn framed(name: &str, label: &str, hint: &str, error: Option<&str>, input: &Markup) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
            @if let Some(error) = error { p.error id={ (name) "-error" } { "Error: " (error) } }
            (input)
        }
    }
}
