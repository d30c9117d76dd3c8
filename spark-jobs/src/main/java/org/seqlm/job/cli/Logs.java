package org.seqlm.job.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** Spark's log, where it would say once more, in stack traces, what the user reads as one line. */
final class Logs {
  private Logs() {}

  /** Until this is closed the logger says nothing. */
  interface Quiet extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Silences a logger, unless the user's own settings name it.
   *
   * @param type whose logger it is
   */
  static Quiet quiet(Class<?> type) {
    return quiet(type.getName());
  }

  /** The same, by the logger's name. */
  static Quiet quiet(String logger) {
    if (named(logger)) {
      return () -> {};
    }
    Level before = LogManager.getLogger(logger).getLevel();
    Configurator.setLevel(logger, Level.OFF);
    return () -> Configurator.setLevel(logger, before);
  }

  private static boolean named(String logger) {
    return LogManager.getContext(false) instanceof LoggerContext context
        && context.getConfiguration().getLoggers().containsKey(logger);
  }
}
