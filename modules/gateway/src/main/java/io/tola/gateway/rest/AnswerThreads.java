package io.tola.gateway.rest;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that write the answers of orders, so that the pipeline's threads, which complete them,
 * never wait for a client's socket. Plain threads of the application with its context for good: a
 * managed executor would capture and restore it for each answer.
 */
@ApplicationScoped
public class AnswerThreads implements Executor {

  private static final int THREADS = 16;

  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  private ThreadPoolExecutor executor;

  @PostConstruct
  void start() {
    executor =
        new ThreadPoolExecutor(
            THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), threads);
    executor.allowCoreThreadTimeOut(true);
  }

  @PreDestroy
  void stop() {
    executor.shutdown();
  }

  @Override
  public void execute(Runnable answer) {
    executor.execute(answer);
  }
}
