"""One aspiration of bone marrow: collected and labelled at the bedside, received and identified by the facility."""
