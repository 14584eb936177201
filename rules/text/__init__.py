"""Text: decoding, HTML to text, normalising by runs with spans back to the source, masking.

Promises: every function is total and linear, and none knows what a message is.
"""

from rules.text.charsets import decode_bytes
from rules.text.html import HtmlText, html_text
from rules.text.masking import mask
from rules.text.runs import Text, normalise
from rules.text.tokens import at_tokens
from rules.text.words import decode_words

__all__ = ["HtmlText", "Text", "at_tokens", "decode_bytes", "decode_words", "html_text", "mask", "normalise"]
