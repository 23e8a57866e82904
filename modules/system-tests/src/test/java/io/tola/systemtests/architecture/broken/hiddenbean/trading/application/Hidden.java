package io.tola.systemtests.architecture.broken.hiddenbean.trading.application;

import jakarta.ejb.Stateless;

/** Liberty refuses it: CNTR5003E. */
@SuppressWarnings("all")
@Stateless
class Hidden {}
