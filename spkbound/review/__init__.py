"""What did people say of the boundaries? Decisions, and the state and order of work that follow from them."""
