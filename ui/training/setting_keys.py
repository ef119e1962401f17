"""The keys of the form's fields, which “Change one thing” fills in."""

NETWORK_KEY = "train_network"


def setting_key(setting: str, network: str) -> str:
    """Return the key of a field; each network has values of its own.

    Examples:
        >>> setting_key("epochs", "compact")
        'train_epochs_compact'
    """
    return f"train_{setting}_{network}"
