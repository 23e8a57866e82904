package io.tola.systemtests.architecture.broken.storebean.trading.store;

import jakarta.ejb.Stateless;

/** Starts transactions where rows are written. */
@SuppressWarnings("all")
@Stateless
public class IsABean {}
