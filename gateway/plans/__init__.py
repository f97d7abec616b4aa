"""Compiled query plans: an operation becomes a function for each of its selection sets, and is read no more.

graphql-core interprets: for every field of every object it looks up what the document, the schema and the directives say. Here
that is done once for an operation. What is cheap is written as source (`writing.py`): a selection set is one dict display whose
values are attributes, each let through if its type is exactly the right one; an attribute costs an attribute access. All
else is closures made beforehand (`calling.py`, `values.py`), which read like the specification's own steps. A plan does
everything that graphql-core does and says the same of what goes wrong, so nothing is ever carried out twice, mutations included;
what it cannot plan it says before anything is asked, and graphql-core carries that out.

There is no word of the domain here. `docs/plans.md` tells more.
"""

from gateway.plans.keeping import Plans
from gateway.plans.loading import Loader, Promise
from gateway.plans.shortcut import Shortcut

__all__ = ["Loader", "Plans", "Promise", "Shortcut"]
