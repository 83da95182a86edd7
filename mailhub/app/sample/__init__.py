"""The sample: communities with people in them, and a story that they write by mail.

The story is data (`templates/sample/`); `story` reads it, `programs` writes each mail as its author's
mail program would, `player` sends it by SMTP like any mail. `facts` gathers what came of it,
`checks` holds that against the story, `telling` has the words for the terminal. Two ways in: `serving`
plays it in the hub that `mailhub serve --sample` runs, `once` in a hub of its own.

Its people are invented and their domains end in .example: it plays over the postbox alone.
"""
