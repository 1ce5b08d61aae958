"""How dates and times are written where Django chooses, as in the back office."""
