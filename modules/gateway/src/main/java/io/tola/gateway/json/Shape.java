package io.tola.gateway.json;

/** Something the API answers with; written by {@code JsonWriter}. */
public interface Shape {}
