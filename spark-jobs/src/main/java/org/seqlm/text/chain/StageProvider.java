package org.seqlm.text.chain;

import java.util.List;
import org.seqlm.Problems;

/**
 * Makes the stages of one name. Found by {@link java.util.ServiceLoader}: a class with a public
 * constructor without parameters, whose name stands in {@code
 * META-INF/services/org.seqlm.text.chain.StageProvider} of a jar on the class path of the driver
 * and the executors ({@code --jars}).
 */
public interface StageProvider {
  /** The kinds of stages, in the order in which a chain mostly has them. */
  enum Kind {
    /** Its stages are {@link Stage.Normalizer}. */
    NORMALIZER,
    /** Its stages are {@link Stage.Splitter}. */
    SPLITTER,
    /** Its stages are {@link Stage.Filter}. */
    FILTER,
    /** Its stages are {@link Stage.Model}. */
    MODEL
  }

  /** By which configurations name the stage, in kebab-case; no other provider has it. */
  String name();

  /** What its stages are. */
  Kind kind();

  /** What it does, in one sentence, for documentation. */
  String summary();

  /** All parameters that it takes, in the order of its documentation; none for a bare name. */
  List<StageParameter> parameters();

  /**
   * Checks what the types and ranges of single parameters do not, for instance that a pattern is
   * one. Called wherever a configuration is read, and never with a file's content.
   *
   * @param key names the stage in messages, for instance {@code tokenizer.chain: words}
   */
  default void check(StageValues values, String key, Problems problems) {}

  /**
   * A stage of its own for one thread. What is costly, such as a model that is read from {@link
   * StageValues#content}, a provider keeps for all threads, for instance by {@link
   * StageValues#sha256}.
   *
   * @throws org.seqlm.UserException with exit code 3 if a file's content is not what it should be
   */
  Stage create(StageValues values);
}
