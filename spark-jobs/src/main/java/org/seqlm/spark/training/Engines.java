package org.seqlm.spark.training;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.dl4j.Dl4jEngine;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.torch.TorchEngine;

/** The engines by name. A new one is a package and one line here. */
public final class Engines {
  /** The default, which {@code conf/train.yaml} names too. */
  public static final String DEFAULT = "dl4j";

  private static final List<Registration<?>> ALL =
      List.of(
          new Registration<>(new Dl4jEngine(), Dl4jRounds::new),
          Registration.of(new TorchEngine()));

  private Engines() {}

  /** An engine and how its rounds are run. */
  record Registration<S>(Engine<S> engine, Rounds.Factory<S> through) {
    /** One whose learners {@link Averaging} runs itself, as it does unless something must. */
    static <S> Registration<S> of(Engine<S> engine) {
      return new Registration<>(engine, (spark, averaging, spec, settings) -> averaging::next);
    }

    EngineTraining<S> training(
        JavaSparkContext spark,
        TokenSource source,
        NetworkSpec spec,
        LanguageModelTraining.Settings settings,
        Averaging.Position start,
        WorkerStates states,
        int sliceTasks) {
      return new EngineTraining<>(this, spark, source, spec, settings, start, states, sliceTasks);
    }
  }

  /** All, the default first. */
  public static List<Engine<?>> all() {
    return ALL.stream().<Engine<?>>map(Registration::engine).toList();
  }

  /** All names, the default first. */
  public static List<String> names() {
    return ALL.stream().map(registration -> registration.engine().name()).toList();
  }

  /**
   * An engine.
   *
   * @throws UserException with exit code 2 if there is none of this name
   */
  public static Engine<?> named(String name) {
    return registration(name).engine();
  }

  static Registration<?> registration(String name) {
    return ALL.stream()
        .filter(registration -> registration.engine().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserException.configuration(
                    "engine must be " + String.join(" or ", names()) + ", but is " + name));
  }
}
