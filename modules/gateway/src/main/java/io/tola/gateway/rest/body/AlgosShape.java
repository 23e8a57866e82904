package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.RegisteredAlgo;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The algorithms that the exchange registered. */
public record AlgosShape(List<AlgoShape> algos) implements Shape {

  public static AlgosShape of(List<RegisteredAlgo> algos) {
    return new AlgosShape(algos.stream().map(AlgoShape::of).toList());
  }

  /** One of them. */
  public record AlgoShape(UUID accountId, String algoId, String registeredBy, Instant registeredAt)
      implements Shape {

    public static AlgoShape of(RegisteredAlgo algo) {
      return new AlgoShape(
          algo.accountId().value(), algo.algoId(), algo.registeredBy(), algo.registeredAt());
    }
  }
}
