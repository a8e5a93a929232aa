from spindle import FlowSpec, step

import no_such_module
