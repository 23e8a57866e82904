package io.tola.systemtests.architecture.broken.beanelsewhere.trading.domain;

import jakarta.ejb.Singleton;

/** A session bean outside of application. */
@SuppressWarnings("all")
@Singleton
public class Acts {}
