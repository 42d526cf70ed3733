//! What is taken from configuration, apiProperties.json, README and icon, and in which order.

use super::*;
use crate::rule::example::Example;

#[test]
fn what_the_connector_says_itself_is_kept() {
    let own = r##"{ "properties": { "publisher": "Tideline Ltd", "stackOwner": "Tideline Group", "iconBrandColor": "#0A0B0C",
        "connectionParameters": { "token": { "type": "oauthSetting", "oAuthSettings": {
            "clientId": "[[DUMMY]]", "redirectMode": "Global",
            "customParameters": { "refreshUrl": { "value": "https://login.northbayparcels.com/renew" } } } } } } }"##;
    let connector = with_properties(ACCESS_CODE, own);
    let properties = properties(&Model::new(&connector), &FixValues::default(), Some([1, 2, 3])).unwrap();
    let properties = &properties["properties"];
    let settings = &properties["connectionParameters"]["token"]["oAuthSettings"];
    assert_eq!((settings["clientId"].as_str(), settings["redirectMode"].as_str()), (Some("[[DUMMY]]"), Some("Global")));
    assert_eq!(settings["customParameters"]["refreshUrl"]["value"], "https://login.northbayparcels.com/renew");
    assert_eq!((properties["publisher"].as_str(), properties["stackOwner"].as_str()), (Some("Tideline Ltd"), Some("Tideline Group")));
    assert_eq!(properties["iconBrandColor"], "#0a0b0c");
    assert_eq!(properties["scriptOperations"], json!(["GetParcel"]), "the script that is there keeps its operations");
}

#[test]
fn who_publishes_depends_on_the_track() {
    // The clean README has the heading "Publisher: Northbay Logistics".
    let names = |track: Track, readme: Option<&str>, values: &FixValues| {
        let remove = vec!["apiProperties.json".to_owned()];
        let example = Example { track: Some(track), remove, readme: readme.map(str::to_owned), ..Example::default() };
        let connector = example.connector().unwrap();
        let model = Model::new(&connector);
        [publisher(&model, values), stack_owner(&model, values)].map(Option::unwrap_or_default)
    };
    let values = FixValues::default();
    let (own, owner) = ("<<Enter the name of the publisher>>", "<<Enter the name of the company that owns the service>>");
    let logistics = "Northbay Logistics";
    assert_eq!(names(Track::Verified, None, &values), [logistics, logistics]);
    assert_eq!(names(Track::Independent, None, &values), [logistics, owner]);
    assert_eq!(names(Track::Custom, None, &values), [logistics, ""]);
    for readme in ["# Northbay Parcels", "## Publisher", "## Publisher: <<Enter the name of the publisher>>", "Publisher: Northbay"] {
        assert_eq!(names(Track::Verified, Some(readme), &values), [own, own], "{readme}");
        assert_eq!(names(Track::Independent, Some(readme), &values), [own, owner], "{readme}");
        assert_eq!(names(Track::Custom, Some(readme), &values), ["", ""], "{readme}");
    }
    let unfilled = r#"{ "properties": { "publisher": "<<Enter the name of the publisher>>", "stackOwner": " " } }"#;
    let connector = with_properties(API_KEY, unfilled);
    assert_eq!(publisher(&Model::new(&connector), &values).as_deref(), Some(logistics), "a placeholder says nothing");
    let values = FixValues { publisher: Some(" Ada ".to_owned()), stack_owner: Some("Tideline".to_owned()), ..values };
    assert_eq!(names(Track::Verified, None, &values), ["Ada", "Tideline"]);
}

#[test]
fn the_brand_colour_is_prescribed_configured_or_seen() {
    let color = |track: Track, icon: Option<&str>, wanted: Option<&str>, drawn: Option<[u8; 3]>| {
        let icon = icon.map(|text| toml::from_str(text).unwrap());
        let mut remove = vec!["apiProperties.json".to_owned()];
        remove.extend(icon.is_none().then(|| "icon.png".to_owned()));
        let example = Example { track: Some(track), icon, remove, ..Example::default() };
        let connector = example.connector().unwrap();
        let values = FixValues { brand_color: wanted.map(str::to_owned), ..FixValues::default() };
        brand_color(&Model::new(&connector), &values, drawn).map(Option::unwrap_or_default).map_err(|refusal| refusal.to_string())
    };
    let (verified, custom) = (Track::Verified, Track::Custom);
    let (blue, white) = (Some("size = [100, 100]\nbackground = '#204060'"), Some("size = [100, 100]\nbackground = '#ffffff'"));
    assert_eq!(color(Track::Independent, None, Some("#204060"), None).unwrap(), "#da3b01");
    assert_eq!(color(verified, blue, Some("#ABCDEF"), Some([1, 2, 3])).unwrap(), "#abcdef");
    assert_eq!(color(verified, blue, None, Some([1, 2, 3])).unwrap(), "#204060");
    assert_eq!(color(verified, white, None, Some([1, 2, 3])).unwrap(), "#010203");
    for uneven in ["size = [100, 100]\nbackground = '#204060'\nsecond = '#604020'", "size = [100, 100]\nbackground = '#20406080'"] {
        assert_eq!(color(verified, Some(uneven), None, Some([1, 2, 3])).unwrap(), "#010203", "{uneven}");
    }
    assert_eq!(color(verified, None, None, Some([0xfe, 0xff, 0xff])).unwrap(), "", "white is never written");
    assert_eq!(color(verified, None, None, None).unwrap(), "");
    let refused =
        "the configuration sets \"brand-color\" to \"#007EE5\", but certification refuses white (#ffffff) and the default blue (#007ee5)";
    assert_eq!(color(verified, None, Some("#007EE5"), None).unwrap_err(), refused);
    assert_eq!(color(custom, None, Some("#ffffff"), None).unwrap(), "#ffffff");
    assert_eq!(
        color(custom, None, Some("red"), None).unwrap_err(),
        "the configuration sets \"brand-color\" to \"red\", but a colour is written as # and six hexadecimal digits"
    );
}
