package io.tola.market.store;

import io.tola.kernel.port.SharedCache;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * The shared cache for every module's answers, over the connection that {@link SharedQuotes} keeps: a
 * node is one member of the cluster, whoever shares through it. Thread-safe.
 */
@ApplicationScoped
public class SharedAnswers implements SharedCache {

  private SharedQuotes connection;

  /** For the container. */
  protected SharedAnswers() {}

  @Inject
  SharedAnswers(SharedQuotes connection) {
    this.connection = connection;
  }

  @Override
  public Optional<String> get(String key) {
    return connection.answer(key);
  }

  @Override
  public void put(String key, String text) {
    connection.keepAnswer(key, text);
  }
}
