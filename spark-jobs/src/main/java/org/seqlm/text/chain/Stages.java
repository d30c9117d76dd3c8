package org.seqlm.text.chain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import org.seqlm.Problems;
import org.seqlm.Suggestions;
import org.seqlm.UserException;

/** All stages that there are: SeqLM's own and those of jars on the class path. */
public final class Stages {
  /** By the loader that sees them, as a cluster's executors have one for the jars of a job. */
  private static final Map<ClassLoader, Map<String, StageProvider>> FOUND = new WeakHashMap<>();

  private Stages() {}

  /** Every provider, by the order of their names. */
  public static Collection<StageProvider> all() {
    return providers().values();
  }

  /**
   * Checks a chain: that its stages are there, their parameters and values, and their order.
   *
   * @param key of the list, for instance {@code tokenizer.chain}
   */
  public static void check(List<StageSpec> chain, String key, Problems problems) {
    Map<String, StageProvider> providers = providers();
    List<StageProvider.Kind> kinds = new ArrayList<>();
    for (StageSpec spec : chain) {
      StageProvider provider = providers.get(spec.name());
      if (provider == null) {
        problems.require(
            false,
            key
                + ": there is no stage "
                + StageContent.brief(spec.name())
                + ": "
                + Suggestions.of(spec.name(), List.copyOf(providers.keySet()))
                + "; one of your own needs its jar on the class path (--jars)");
        continue;
      }
      kinds.add(provider.kind());
      check(spec, provider, key + ": " + spec.name(), problems);
    }
    if (kinds.size() == chain.size()) {
      checkOrder(kinds, chain, key, problems);
    }
  }

  private static void checkOrder(
      List<StageProvider.Kind> kinds, List<StageSpec> chain, String key, Problems problems) {
    int splitter = kinds.indexOf(StageProvider.Kind.SPLITTER);
    int filter = kinds.indexOf(StageProvider.Kind.FILTER);
    int model = kinds.indexOf(StageProvider.Kind.MODEL);
    problems
        .require(
            splitter >= 0 || model >= 0,
            key + " cuts nothing: add a splitter, for instance words, whitespace or characters")
        .require(
            filter < 0 || (splitter >= 0 && splitter < filter),
            filter < 0
                ? ""
                : key
                    + ": "
                    + chain.get(filter).name()
                    + " is of tokens: it stands behind a splitter, for instance words")
        .require(
            model < 0 || model == kinds.size() - 1,
            model < 0
                ? ""
                : key
                    + ": "
                    + chain.get(model).name()
                    + " cuts words into pieces: it is the last stage");
  }

  private static void check(StageSpec spec, StageProvider provider, String key, Problems problems) {
    List<String> names = new ArrayList<>();
    boolean fits = true;
    for (StageParameter parameter : provider.parameters()) {
      names.add(parameter.name());
      Object value = spec.parameters().get(parameter.name());
      if (value != null) {
        String problem = problem(parameter, value);
        fits &= problem == null;
        problems.require(
            problem == null,
            key
                + "."
                + parameter.name()
                + " must be "
                + problem
                + ", but is "
                + StageContent.brief(value.toString()));
      }
    }
    for (String given : new TreeSet<>(spec.parameters().keySet())) {
      boolean known = names.contains(given);
      fits &= known;
      problems.require(
          known,
          key
              + " has no parameter "
              + StageContent.brief(given)
              + ": "
              + (names.isEmpty() ? "it takes none" : Suggestions.of(given, names)));
    }
    if (fits) {
      provider.check(new StageValues(spec, provider.parameters()), key, problems);
    }
  }

  /** What the value should be; null if it is that. */
  private static String problem(StageParameter parameter, Object value) {
    boolean list = value instanceof List<?>;
    switch (parameter.type()) {
      case CHOICE:
        if (!list && parameter.choices().contains(value)) {
          return null;
        }
        List<String> near = Suggestions.nearest(value.toString(), parameter.choices());
        return "one of "
            + parameter.values()
            + (near.isEmpty() ? "" : " (did you mean " + near.get(0) + "?)");
      case WHOLE:
        try {
          long number = Long.parseLong(value.toString());
          if (number >= parameter.low() && number <= parameter.high()) {
            return null;
          }
        } catch (NumberFormatException e) {
          // told below
        }
        return "a whole number, " + parameter.values();
      case TEXTS:
        return null;
      default:
        return list || value.toString().isEmpty() ? parameter.values() + ", not empty" : null;
    }
  }

  /**
   * The stage of a specification that was checked.
   *
   * @throws UserException with exit code 2 if this process has no such stage
   */
  static Stage create(StageSpec spec) {
    StageProvider provider = provider(spec);
    return provider.create(new StageValues(spec, provider.parameters()));
  }

  /** Which parameter of a stage names its file; null for none, or a stage that there is not. */
  static String fileParameter(StageSpec spec) {
    StageProvider provider = providers().get(spec.name());
    return provider == null
        ? null
        : provider.parameters().stream()
            .filter(parameter -> parameter.type() == StageParameter.Type.FILE)
            .map(StageParameter::name)
            .findFirst()
            .orElse(null);
  }

  private static StageProvider provider(StageSpec spec) {
    StageProvider provider = providers().get(spec.name());
    if (provider == null) {
      throw UserException.configuration(
          "tokenizer.chain: this process has no stage "
              + spec.name()
              + ": its jar must be on the class path of driver and executors (--jars)");
    }
    return provider;
  }

  private static Map<String, StageProvider> providers() {
    ClassLoader own = Stages.class.getClassLoader();
    ClassLoader of = Thread.currentThread().getContextClassLoader();
    // A thread of a library's may see none of ours.
    ClassLoader loader = of == null || !sees(of) ? own : of;
    synchronized (FOUND) {
      return FOUND.computeIfAbsent(loader, Stages::find);
    }
  }

  private static boolean sees(ClassLoader loader) {
    try {
      return Class.forName(StageProvider.class.getName(), false, loader) == StageProvider.class;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static Map<String, StageProvider> find(ClassLoader loader) {
    Map<String, StageProvider> found = new TreeMap<>();
    try {
      for (StageProvider provider : ServiceLoader.load(StageProvider.class, loader)) {
        StageProvider other = found.putIfAbsent(provider.name(), provider);
        if (other != null) {
          throw UserException.configuration(
              "tokenizer.chain: the stage "
                  + provider.name()
                  + " is both "
                  + other.getClass().getName()
                  + " and "
                  + provider.getClass().getName()
                  + ": leave one of them out of the class path");
        }
      }
    } catch (ServiceConfigurationError e) {
      throw UserException.configuration(
          "tokenizer.chain: a stage on the class path cannot be made: " + e.getMessage());
    }
    return Collections.unmodifiableMap(found);
  }
}
