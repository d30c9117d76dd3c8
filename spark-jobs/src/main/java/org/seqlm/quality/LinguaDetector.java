package org.seqlm.quality;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.seqlm.UserException;

/**
 * Lingua's detector. Its models are 80 MB, so it is not in the jar: who wants it gives it to Spark,
 * whose class loader for such jars may lie below the one that loaded this class. Hence the names
 * instead of the types. A process has one for each set of languages; threads share it.
 */
final class LinguaDetector {
  /** What to give to {@code --packages}. */
  static final String PACKAGE = "com.github.pemistahl:lingua:1.2.2";

  private static final String API = "com.github.pemistahl.lingua.api.";
  private static final Map<String, LinguaDetector> OPEN = new ConcurrentHashMap<>();

  private final Object detector;
  private final MethodHandle confidences;
  private final MethodHandle code;

  private LinguaDetector(Object detector, MethodHandle confidences, MethodHandle code) {
    this.detector = detector;
    this.confidences = confidences;
    this.code = code;
  }

  /**
   * The process' detector.
   *
   * @param keep languages it must know, ISO 639-1 in lower case
   * @param among languages it tells apart; empty for all that it knows
   * @param accuracy {@code low} or {@code high}
   * @throws UserException with exit code 2 if it does not know a language, 5 if there is no Lingua
   */
  static LinguaDetector of(List<String> keep, List<String> among, String accuracy) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    List<String> known = new ArrayList<>();
    try {
      for (Object code : Class.forName(API + "IsoCode639_1", false, loader).getEnumConstants()) {
        known.add(code.toString().toLowerCase(Locale.ROOT));
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      throw missing(e);
    }
    known.remove("none");
    for (List<String> wanted : List.of(keep, among)) {
      for (String language : wanted) {
        if (!known.contains(language)) {
          throw UserException.configuration(
              "filters.language names "
                  + language
                  + ", which is no language that Lingua knows: it knows "
                  + String.join(", ", new TreeSet<>(known)));
        }
      }
    }
    String key = accuracy + " " + String.join(" ", new TreeSet<>(among));
    return OPEN.computeIfAbsent(
        key, k -> open(loader, List.copyOf(new TreeSet<>(among)), accuracy.equals("low")));
  }

  private static LinguaDetector open(ClassLoader loader, List<String> among, boolean low) {
    try {
      Class<?> builderType = Class.forName(API + "LanguageDetectorBuilder", true, loader);
      Class<?> detectorType = Class.forName(API + "LanguageDetector", true, loader);
      Class<?> language = Class.forName(API + "Language", true, loader);
      Class<?> iso = Class.forName(API + "IsoCode639_1", true, loader);
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Object builder;
      if (among.isEmpty()) {
        builder =
            lookup
                .findStatic(builderType, "fromAllLanguages", MethodType.methodType(builderType))
                .invoke();
      } else {
        Object codes = Array.newInstance(iso, among.size());
        for (Object code : iso.getEnumConstants()) {
          int at = among.indexOf(code.toString().toLowerCase(Locale.ROOT));
          if (at >= 0) {
            Array.set(codes, at, code);
          }
        }
        builder =
            lookup
                .findStatic(
                    builderType,
                    "fromIsoCodes639_1",
                    MethodType.methodType(builderType, codes.getClass()))
                .asFixedArity()
                .invoke(codes);
      }
      if (low) {
        builder =
            lookup
                .findVirtual(builderType, "withLowAccuracyMode", MethodType.methodType(builderType))
                .invoke(builder);
      }
      Object detector =
          lookup
              .findVirtual(builderType, "build", MethodType.methodType(detectorType))
              .invoke(builder);
      return new LinguaDetector(
          detector,
          lookup.findVirtual(
              detectorType,
              "computeLanguageConfidenceValues",
              MethodType.methodType(SortedMap.class, String.class)),
          lookup.findVirtual(language, "getIsoCode639_1", MethodType.methodType(iso)));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw missing(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static UserException missing(Throwable e) {
    return UserException.platform(
        "the filter language needs Lingua, which is not in the jar: end the command with --"
            + " --packages "
            + PACKAGE
            + ", or leave the filter out; script needs no library",
        e);
  }

  /**
   * Each language's relative confidence, 0 to 1, the likeliest one's being 1; empty where the text
   * has nothing of any.
   */
  Map<String, Double> confidences(String text) {
    try {
      Map<String, Double> found = new HashMap<>();
      for (Object entry : ((SortedMap<?, ?>) confidences.invoke(detector, text)).entrySet()) {
        Map.Entry<?, ?> language = (Map.Entry<?, ?>) entry;
        found.put(
            code.invoke(language.getKey()).toString().toLowerCase(Locale.ROOT),
            (Double) language.getValue());
      }
      return found;
    } catch (NoClassDefFoundError e) {
      throw missing(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // Lingua reads its models by threads of its own, and tells of what they lacked in this way.
      if (e.getCause() instanceof LinkageError lacking) {
        throw missing(lacking);
      }
      throw new IllegalStateException(e);
    }
  }
}
