"""Messages to people that must go out once the act behind them is certain."""
