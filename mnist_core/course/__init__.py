"""What the chapters of Learn compute: every figure, question and line of code in them.

`questions` has the question of each chapter, `glossary` the field's terms, and the other modules
the figures. The words of the chapters are in `ui/learn/chapters`.
"""
