"""The household of an installation that is tried: a resident, and two who agreed to come."""

PAUL, MARIE = "+33622222222", "+33633333333"


def household(wait: str) -> str:
    """Return it as TOML. ``wait``: until both are asked again, as "20s"; a press is told at once."""
    return f"""
[resident]
name = "Mme Martin"
address = "12 rue des Lilas"
key_code = "4321"
[[person]]
id = "paul"
name = "Paul"
phone = "{PAUL}"
consent = true
[[person]]
id = "marie"
name = "Marie"
phone = "{MARIE}"
role = "admin"
consent = true
[[wave]]
people = ["all"]
wait = "{wait}"
[delays]
panic_warning = "0s"
"""
