//! Connectors of any size for measuring: what real ones hold, in our own words. Used by the benchmarks and by the tests that guard them.

use std::fmt::Write;

/// A definition with so many operations, about five kilobytes each, as published connectors have.
pub fn definition(operations: usize) -> String {
    let mut text = String::from(
        "{\n  \"swagger\": \"2.0\",\n  \"info\": {\n    \"title\": \"Ledgermoor Invoices\",\n    \"description\": \"Sends, finds and settles invoices of \
         Ledgermoor.\",\n    \"version\": \"1.0\",\n    \"contact\": {\n      \"name\": \"Ledgermoor\",\n      \"url\": \
         \"https://ledgermoor.example\",\n      \"email\": \"help@ledgermoor.example\"\n    }\n  },\n  \"host\": \
         \"api.ledgermoor.example\",\n  \"basePath\": \"/v1\",\n  \"schemes\": [\"https\"],\n  \"consumes\": [\"application/json\"],\n  \
         \"produces\": [\"application/json\"],\n  \"paths\": {\n",
    );
    for number in 0..operations {
        let comma = if number + 1 < operations { "," } else { "" };
        let _ = writeln!(
            text,
            "    \"/ledgers/{number}/invoices/{{invoiceId}}\": {{\n      \"post\": {{\n        \"operationId\": \"SettleInvoice{number}\",\n        \
             \"summary\": \"Settle invoice {number}\",\n        \"description\": \"Settles an invoice of ledger {number}.\",\n        \
             \"parameters\": [\n          {{ \"name\": \"invoiceId\", \"in\": \"path\", \"required\": true, \"type\": \"string\", \
             \"x-ms-summary\": \"Invoice ID\", \"description\": \"The number on the invoice.\", \"x-ms-url-encoding\": \"single\" }},\n          \
             {{ \"name\": \"currency\", \"in\": \"query\", \"type\": \"string\", \"description\": \"The currency.\" }},\n          {{ \
             \"name\": \"body\", \"in\": \"body\", \"required\": true, \"schema\": {{ \"$ref\": \"#/definitions/Settlement{number}\" }} }}\n        \
             ],\n        \"responses\": {{\n          \"200\": {{ \"description\": \"The settled invoice.\", \"schema\": {{ \"$ref\": \
             \"#/definitions/Settlement{number}\" }} }},\n          \"default\": {{ \"description\": \"What went wrong.\" }}\n        }}\n      \
             }}\n    }}{comma}"
        );
    }
    text.push_str("  },\n  \"definitions\": {\n");
    for number in 0..operations {
        let comma = if number + 1 < operations { "," } else { "" };
        let _ = writeln!(text, "    \"Settlement{number}\": {{\n      \"type\": \"object\",\n      \"properties\": {{");
        for field in 0..22 {
            let comma = if field < 21 { "," } else { "" };
            let _ = writeln!(
                text,
                "        \"field{field}\": {{\n          \"type\": \"string\",\n          \"title\": \"Field {field}\",\n          \
                 \"description\": \"What field {field} of the settlement holds.\"\n        }}{comma}"
            );
        }
        let _ = writeln!(text, "      }}\n    }}{comma}");
    }
    text.push_str("  }\n}\n");
    text
}

/// The properties file that goes with it.
pub const PROPERTIES: &str = "{\n  \"properties\": {\n    \"connectionParameters\": {},\n    \"iconBrandColor\": \"#1f5c7a\",\n    \"capabilities\": \
                              [],\n    \"publisher\": \"Ledgermoor\",\n    \"stackOwner\": \"Ledgermoor\"\n  }\n}\n";
