"""The records as an inspector asks for them: the trail, searched and exported, and every value that a thing ever had."""
