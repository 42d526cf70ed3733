//! Operations that README does not mention, in lists of all manners.

use super::*;
use crate::fix::edit::apply;
use crate::fix::generate::document::{missing_operation, missing_operations};

const OPENING: &str = "# Northbay Parcels\n\nNorthbay Parcels collects parcels at your door and delivers them to your customers. This connector books deliveries and finds out where a parcel is.\n\n## Supported Operations\n\n";
const BEHIND: &str = "\n## Limits\n\n- None of them.\n";

/// The list with what was missing, alone.
fn completed(list: &str) -> String {
    let text = format!("{OPENING}{list}{BEHIND}");
    let connector = Example { readme: Some(text.clone()), ..Example::default() }.connector().unwrap();
    let before = rules(&connector, "README.md");
    assert!(before.contains(&"readme-operations-listed".to_owned()), "{before:?}\n{text}");
    let model = Model::new(&connector);
    let edits = missing_operations(&model);
    let swagger = model.swagger.as_ref().unwrap();
    let single: Vec<_> = swagger.operations.iter().filter_map(|operation| missing_operation(&model, operation)).collect();
    assert_eq!(single, edits, "one by one as all at once");
    let new = apply(&text, edits);
    let connector = Example { readme: Some(new.clone()), ..Example::default() }.connector().unwrap();
    let after = rules(&connector, "README.md");
    assert_eq!(after, before.into_iter().filter(|rule| rule != "readme-operations-listed").collect::<Vec<_>>(), "{new}");
    assert!(missing_operations(&Model::new(&connector)).is_empty(), "{new}");
    let list = new.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(BEHIND));
    list.unwrap_or_else(|| panic!("something else changed\n{new}")).to_owned()
}

#[test]
fn headings_are_added_behind_the_operation_before_them() {
    let list = completed("### List parcels\n\nAll of them.\n\n#### Paging\n\nYes.\n\n### Get a parcel\n\nOne.\n");
    assert_eq!(
        list,
        "### List parcels\n\nAll of them.\n\n#### Paging\n\nYes.\n\n### Book a parcel\n\nBooks the collection and the delivery of one parcel.\n\n### Get a parcel\n\nOne.\n"
    );
}

#[test]
fn several_operations_at_one_place_come_in_the_order_of_the_definition() {
    let list = completed("### List parcels\n\nAll of them.\n");
    let places: Vec<usize> = ["List parcels", "Book a parcel", "Get a parcel"].iter().map(|name| list.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{list}");
    let empty = completed("This connector has operations.\n");
    assert!(
        empty.starts_with("This connector has operations.\n\n### List parcels\n\n") && empty.contains("\n\n### Get a parcel\n\n"),
        "{empty}"
    );
}

#[test]
fn headings_with_inputs_get_inputs() {
    let list = completed("### List parcels\n\nAll of them.\n\nInputs:\n\n- **Status**: Return only these.\n\n### Get a parcel\n\nOne.\n");
    assert!(
        list.contains("### Book a parcel\n\nBooks the collection and the delivery of one parcel.\n\nInputs:\n\n- **Recipient**: "),
        "{list}"
    );
}

#[test]
fn items_are_written_like_the_item_before_them() {
    for (list, expected) in [
        ("- List parcels\n- Get a parcel\n", "- List parcels\n- Book a parcel\n- Get a parcel\n"),
        (
            "* **List parcels** - all of them,\n  over lines\n    * and below\n* **Get a parcel** - one\n",
            "* **List parcels** - all of them,\n  over lines\n    * and below\n* **Book a parcel** - Books the collection and the delivery of one parcel.\n* **Get a parcel** - one\n",
        ),
        (
            "1. `ListParcels`: all\n2. `GetParcel`: one\n",
            "1. `ListParcels`: all\n2. `Book a parcel`: Books the collection and the delivery of one parcel.\n2. `GetParcel`: one\n",
        ),
        (
            "- Parcels\n\n  - __List parcels:__ all\n\n  - __Get a parcel:__ one\n",
            "- Parcels\n\n  - __List parcels:__ all\n\n  - __Book a parcel:__ Books the collection and the delivery of one parcel.\n\n  - __Get a parcel:__ one\n",
        ),
        ("- Book a parcel\n- Get a parcel\n", "- Book a parcel\n- Get a parcel\n- List parcels\n"),
    ] {
        assert_eq!(completed(list), expected);
    }
}

#[test]
fn rows_are_written_like_the_row_before_them() {
    let list = completed(
        "| No. | Operation | Purpose | Since |\n|---|---|---|---|\n| 1 | **List parcels** | All | 1.0 |\n| 2 | **Get a parcel** | One | 1.0 |\n",
    );
    assert!(list.contains("| 1 | **List parcels** | All | 1.0 |\n|  | **Book a parcel** | Books the collection and the delivery of one parcel. |  |\n| 2 |"), "{list}");
    let bare = completed("Name | Text\n--- | ---\nList parcels | All\nGet a parcel | One\n");
    assert!(bare.contains("\nBook a parcel | Books the collection and the delivery of one parcel.\nGet"), "{bare}");
}

#[test]
fn paragraphs_and_bold_lines_are_continued() {
    let list = completed("**List parcels** - all\n\n**Get a parcel** - one\n");
    assert_eq!(
        list,
        "**List parcels** - all\n\n**Book a parcel** - Books the collection and the delivery of one parcel.\n\n**Get a parcel** - one\n"
    );
    let bold = completed("**List parcels**\n\nAll.\n\n**Get a parcel**\n\nOne.\n");
    assert_eq!(
        bold,
        "**List parcels**\n\nAll.\n\n**Book a parcel**\n\nBooks the collection and the delivery of one parcel.\n\n**Get a parcel**\n\nOne.\n"
    );
}

#[test]
fn the_last_line_of_a_file_may_be_the_place() {
    for (text, expected) in [
        ("## Actions\n\n- List parcels\n- Book a parcel", "## Actions\n\n- List parcels\n- Book a parcel\n- Get a parcel"),
        (
            "## Actions\r\n\r\n- List parcels\r\n- Book a parcel\r\n",
            "## Actions\r\n\r\n- List parcels\r\n- Book a parcel\r\n- Get a parcel\r\n",
        ),
        (
            "## Actions\n\n| a |\n|---|\n| List parcels |\n| Book a parcel |",
            "## Actions\n\n| a |\n|---|\n| List parcels |\n| Book a parcel |\n| Get a parcel |",
        ),
    ] {
        let connector = Example { readme: Some(text.to_owned()), ..Example::default() }.connector().unwrap();
        assert_eq!(apply(text, missing_operations(&Model::new(&connector))), expected);
    }
}

#[test]
fn triggers_and_actions_go_where_their_kind_is_listed() {
    let definition = r#"{ "paths": { "/parcels": { "post": { "x-ms-trigger": "batch", "summary": "When a parcel is booked" } } } }"#;
    let text = "## Supported Triggers\n\n### When a parcel is lost\n\nGone.\n\n## Supported Actions\n\n### List parcels\n\nAll.\n\n## Limits\n\nNone.\n";
    let connector =
        Example { readme: Some(text.to_owned()), definition: Some(definition.to_owned()), ..Example::default() }.connector().unwrap();
    let new = apply(text, missing_operations(&Model::new(&connector)));
    let places: Vec<usize> = ["parcel is lost", "parcel is booked", "## Supported Actions", "List parcels", "Get a parcel", "## Limits"]
        .iter()
        .map(|name| new.find(name).unwrap())
        .collect();
    assert!(places.is_sorted(), "{new}");
}

#[test]
fn without_a_list_or_with_a_swallowing_code_block_nothing_is_inserted() {
    for text in ["# Parcels\n\nText.\n", "## Operations\n\n```\n### List parcels\n"] {
        let connector = Example { readme: Some(text.to_owned()), ..Example::default() }.connector().unwrap();
        assert_eq!(missing_operations(&Model::new(&connector)), []);
    }
}
