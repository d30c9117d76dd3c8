package org.seqlm.spark.training;

import java.util.List;
import org.seqlm.UserException;
import org.seqlm.neural.dl4j.Dl4jEngine;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.torch.TorchEngine;

/** The engines by name. A new one is a package and one line here. */
public final class Engines {
  /** The default, which {@code conf/train.yaml} names too. */
  public static final String DEFAULT = "dl4j";

  /** The one whose networks over examples are ours. */
  public static final String OF_EXAMPLES = "torch";

  private static final List<Engine<?>> ALL = List.of(new Dl4jEngine(), new TorchEngine());

  private Engines() {}

  /** All, the default first. */
  public static List<Engine<?>> all() {
    return ALL;
  }

  /** All names, the default first. */
  public static List<String> names() {
    return ALL.stream().<String>map(Engine::name).toList();
  }

  /**
   * An engine.
   *
   * @throws UserException with exit code 2 if there is none of this name
   */
  public static Engine<?> named(String name) {
    return ALL.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UserException.configuration(
                    "engine must be " + String.join(" or ", names()) + ", but is " + name));
  }
}
