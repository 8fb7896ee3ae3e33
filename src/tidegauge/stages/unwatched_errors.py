"""What a decision on labels that are numbers says of the size of errors, until that is watched."""

SAID = (
    "The size of the error is not watched yet: labels are judged by how far they lie above or below their predictions "
    "on average, so errors that grow to both sides alike are not seen."
)
