"""Elementary functions in plain arithmetic, so that loops over them become vector code.

Inside a kernel, ``numpy.exp`` and the like are a scalar call for each number. These are within 1e-6
relative in float32 and 1e-14 in float64; NaN comes out as NaN. Rational approximations from the
Cephes library (S. L. Moshier, 1984-1992).
"""

from .compile.jit import helper
from .primitives import IS_DOUBLE, real, scale_by_power_of_two

_LOG2_E = 1.4426950408889634
_LN2 = 0.6931471805599453
_TURN = 6.283185307179586


@helper
def expm1_near(x):
    """e**x - 1 for x up to half of ln 2 from 0."""
    z = x * x
    p = (real(1.26177193074810590878e-4) * z + real(3.02994407707441961300e-2)) * z
    p = x * (p + real(9.99999999999999999910e-1))
    q = (real(3.00198505138664455042e-6) * z + real(2.52448340349684104192e-3)) * z
    q = (q + real(2.27265548208155028766e-1)) * z + real(2.0)
    return real(2.0) * p / (q - p)


@helper
def exp(x):
    """e**x, from the smallest normal number on."""
    if IS_DOUBLE:
        low, high, shift = real(-708.0), real(709.0), real(6755399441055744.0)
        ln2_high, ln2_low = real(6.93145751953125e-1), real(1.42860682030941723212e-6)
    else:
        low, high, shift = real(-87.0), real(88.0), real(12582912.0)
        ln2_high, ln2_low = real(0.693359375), real(-2.12194440e-4)
    x = low if x < low else x
    x = high if x > high else x
    n = (x * real(_LOG2_E) + shift) - shift
    r = x - n * ln2_high
    r = r - n * ln2_low
    if IS_DOUBLE:
        value = real(1.0) + expm1_near(r)
    else:
        p = real(1.9875691500e-4) * r + real(1.3981999507e-3)
        p = p * r + real(8.3334519073e-3)
        p = p * r + real(4.1665795894e-2)
        p = p * r + real(1.6666665459e-1)
        p = p * r + real(5.0000001201e-1)
        value = p * r * r + r + real(1.0)
    return scale_by_power_of_two(value, n)


@helper
def _log1p_near(x):
    """log(1 + x) for 1 + x between the square roots of 1/2 and 2."""
    z = x * x
    p = real(1.01875663804580931796e-4) * x + real(4.97494994976747001425e-1)
    p = p * x + real(4.70579119878881725854)
    p = p * x + real(1.44989225341610930846e1)
    p = p * x + real(1.79368678507819816313e1)
    p = p * x + real(7.70838733755885391666)
    q = x + real(1.12873587189167450590e1)
    q = q * x + real(4.52279145837532221105e1)
    q = q * x + real(8.29875266912776603211e1)
    q = q * x + real(7.11544750618563894466e1)
    q = q * x + real(2.31251620126765340583e1)
    return x + (x * z * p / q - real(0.5) * z)


@helper
def log1p_of_unit(u):
    """log(1 + u) for u in [0, 1]."""
    above = u > real(0.41421356237309503)
    x = (u - real(1.0)) * real(0.5) if above else u
    value = _log1p_near(x)
    return value + real(_LN2) if above else value


@helper
def _doubled(u, n_doublings, factor, doublings):
    """Multiply u by a power of two, unless that would take it past the square root of 2."""
    more = u * factor
    small = more < real(1.4142135623730951)
    return more if small else u, n_doublings + doublings if small else n_doublings


@helper
def log_of_unit(u):
    """log(u) for u in [2**-60, 1]."""
    u, n = _doubled(u, real(0.0), real(4294967296.0), real(32.0))
    u, n = _doubled(u, n, real(65536.0), real(16.0))
    u, n = _doubled(u, n, real(256.0), real(8.0))
    u, n = _doubled(u, n, real(16.0), real(4.0))
    u, n = _doubled(u, n, real(4.0), real(2.0))
    u, n = _doubled(u, n, real(2.0), real(1.0))
    return _log1p_near(u - real(1.0)) - n * real(_LN2)


@helper
def sine(x):
    """sin(x) for x up to a quarter of pi from 0."""
    z = x * x
    p = real(1.58962301576546568060e-10) * z - real(2.50507477628578072866e-8)
    p = p * z + real(2.75573136213857245213e-6)
    p = p * z - real(1.98412698295895385996e-4)
    p = p * z + real(8.33333333332211858878e-3)
    p = p * z - real(1.66666666666666307295e-1)
    return x + x * z * p


@helper
def cosine(x):
    """cos(x) for x up to a quarter of pi from 0."""
    z = x * x
    p = real(2.08757008419747316778e-9) - real(1.13585365213876817300e-11) * z
    p = p * z - real(2.75573141792967388112e-7)
    p = p * z + real(2.48015872888517045348e-5)
    p = p * z - real(1.38888888888730564116e-3)
    p = p * z + real(4.16666666666665929218e-2)
    return real(1.0) - real(0.5) * z + z * z * p


@helper
def _sine_of_quarter(x):
    """sin(x) for x up to half of pi from 0."""
    z = x * x
    p = real(-8.220635246624329717e-18) * z + real(2.811457254345520763e-15)
    p = p * z - real(7.647163731819816476e-13)
    p = p * z + real(1.605904383682161460e-10)
    p = p * z - real(2.505210838544171878e-8)
    p = p * z + real(2.755731922398589065e-6)
    p = p * z - real(1.984126984126984127e-4)
    p = p * z + real(8.333333333333333333e-3)
    p = p * z - real(1.666666666666666667e-1)
    return x + x * z * p


@helper
def _to_whole(x):
    """The whole number next to x, up to 4e6 in float32, 2e15 in float64."""
    shift = real(6755399441055744.0) if IS_DOUBLE else real(12582912.0)
    return (x + shift) - shift


@helper
def cosine_of_turns(x):
    """cos(2 * pi * x)."""
    share = x - _to_whole(x)
    magnitude = -share if share < real(0.0) else share
    return _sine_of_quarter(real(_TURN) * (real(0.25) - magnitude))


@helper
def sine_of_turns(x):
    """sin(2 * pi * x)."""
    share = x - _to_whole(x)
    above = real(0.5) - share if share > real(0.25) else share
    share = real(-0.5) - share if share < real(-0.25) else above
    return _sine_of_quarter(real(_TURN) * share)


@helper
def softplus(x):
    """log(1 + e**x)."""
    magnitude = -x if x < real(0.0) else x
    tail = log1p_of_unit(exp(-magnitude))
    return tail if x < real(0.0) else x + tail


@helper
def logistic(x):
    """1 / (1 + e**-x)."""
    magnitude = -x if x < real(0.0) else x
    e = exp(-magnitude)
    inverse = real(1.0) / (real(1.0) + e)
    return e * inverse if x < real(0.0) else inverse


@helper
def expm1(x):
    """e**x - 1."""
    near = expm1_near(x)
    far = exp(x) - real(1.0)
    magnitude = -x if x < real(0.0) else x
    return near if magnitude < real(0.34) else far


@helper
def tanh(x):
    """Hyperbolic tangent."""
    z = x * x
    p = real(-9.64399179425052238628e-1) * z - real(9.92877231001918586564e1)
    p = p * z - real(1.61468768441708447952e3)
    q = z + real(1.12811678491632931402e2)
    q = q * z + real(2.23548839060100448583e3)
    q = q * z + real(4.84406305325125486048e3)
    magnitude = -x if x < real(0.0) else x
    near = x + x * z * p / q
    far = real(1.0) - real(2.0) / (exp(magnitude + magnitude) + real(1.0))
    far = -far if x < real(0.0) else far
    return near if magnitude < real(0.625) else far


@helper
def gaussian(z):
    """e**(-z**2 / 2) for z up to 13 in float32, 37 in float64; beyond that of the limit."""
    limit = real(37.0) if IS_DOUBLE else real(13.0)
    shift = real(6597069766656.0) if IS_DOUBLE else real(786432.0)
    z = limit if z > limit else z
    z = -limit if z < -limit else z
    head = (z + shift) - shift  # few enough bits for an exact square
    return exp(real(-0.5) * head * head) * exp(real(-0.5) * (z - head) * (z + head))


@helper
def _scaled_erfc(x):
    """e**(x**2) * (1 - erf(x)) for x >= 1; beyond 8 that of 8."""
    x = real(8.0) if x > real(8.0) else x
    p = real(2.46196981473530512524e-10) * x + real(5.64189564831068821977e-1)
    p = p * x + real(7.46321056442269912687)
    p = p * x + real(4.86371970985681366614e1)
    p = p * x + real(1.96520832956077098242e2)
    p = p * x + real(5.26445194995477358631e2)
    p = p * x + real(9.34528527171957607540e2)
    p = p * x + real(1.02755188689515710272e3)
    p = p * x + real(5.57535335369399327526e2)
    q = x + real(1.32281951154744992508e1)
    q = q * x + real(8.67072140885989742329e1)
    q = q * x + real(3.54937778887819891062e2)
    q = q * x + real(9.75708501743205489753e2)
    q = q * x + real(1.82390916687909736289e3)
    q = q * x + real(2.24633760818710981792e3)
    q = q * x + real(1.65666309194161350182e3)
    q = q * x + real(5.57535340817727675546e2)
    return p / q


@helper
def normal_distribution(z):
    """The probability that a standard normal variable is at most z; below 1e-28 roughly so."""
    x = z * real(0.7071067811865476)
    square = x * x
    p = real(9.60497373987051638749) * square + real(9.00260197203842689217e1)
    p = p * square + real(2.23200534594684319226e3)
    p = p * square + real(7.00332514112805075473e3)
    p = p * square + real(5.55923013010394962768e4)
    q = square + real(3.35617141647503099647e1)
    q = q * square + real(5.21357949780152679795e2)
    q = q * square + real(4.59432382970980127987e3)
    q = q * square + real(2.26290000613890934246e4)
    q = q * square + real(4.92673942608635921086e4)
    near = real(0.5) + real(0.5) * x * p / q
    magnitude = -x if x < real(0.0) else x
    tail = real(0.5) * gaussian(z) * _scaled_erfc(magnitude)
    far = tail if x < real(0.0) else real(1.0) - tail
    return near if magnitude < real(1.0) else far
