package io.tola.performance.api;

/** What a statement does; {@link #BATCH} is several statements that were sent as one text. */
public enum QueryType {
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  MERGE,
  COPY,
  BATCH,
  OTHER
}
