"""A question mark that explains what stands before it."""

from html import escape


def tooltip_html(explanation: str) -> str:
    """Return a question mark that explains itself on hover, on a tap and when focused."""
    text = escape(explanation)
    return (
        f'<span class="tip" tabindex="0" role="note" aria-label="{text}">?'
        f"<span>{text}</span></span>"
    )
