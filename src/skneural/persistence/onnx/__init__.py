"""Models in ONNX."""

from . import belief as belief
from . import composition as composition
from . import convolution as convolution
from . import dense as dense
from . import elementwise as elementwise
from . import recurrent as recurrent
from . import tabular as tabular
