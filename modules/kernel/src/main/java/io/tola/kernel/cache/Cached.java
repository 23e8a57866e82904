package io.tola.kernel.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What this method answers may be answered again. On a method of a bean; calls from the bean itself are
 * not intercepted.
 *
 * <p>The key is a hash of the method and all its parameters, so whatever the answer depends on must be
 * one: the account, and whose eyes it is for. Parameters and the answer must be made of texts, numbers,
 * truths, enums, ids, times, records and lists, sets, maps and optionals of those; anything else is
 * refused with an {@link IllegalStateException} at the first call. The answer must not be changed by who
 * gets it: others get the same object. Null is not kept, nor is an exception.
 *
 * <p>A call inside a transaction is not answered from the cache and leaves nothing in it: it may see
 * what is not committed yet. The method must read the primary database, or say {@link
 * io.tola.kernel.sql.Freshness#ACKNOWLEDGED}, with which a replica answers only if it has replayed what
 * was flushed before; never {@code RECENT}: a replica that lags would bring back what was invalidated.
 */
@InterceptorBinding
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Cached {

  /** Kinds of answers and how many seconds each is kept. */
  long QUOTES = 5;

  long PORTFOLIO = 10;
  long OHLC = 60;
  long SIGNALS = 60;
  long HISTORICAL = 300;

  /** The cache's name: lower case letters, digits, {@code -} and {@code .}. Methods may share one. */
  @Nonbinding
  String prefix() default "";

  /** Seconds an answer is kept, 1 to 300. */
  @Nonbinding
  long ttl() default OHLC;

  /** Answers kept on a node, 1 or more; the one not asked for the longest goes first. */
  @Nonbinding
  int maxSize() default 1_000;

  /** See {@link CacheSpec#versioned()}. */
  @Nonbinding
  boolean versioned() default false;
}
