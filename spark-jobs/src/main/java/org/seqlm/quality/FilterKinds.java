package org.seqlm.quality;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.seqlm.Suggestions;
import org.seqlm.UserException;

/** The kinds of filters that there are: ours, then those of the class path. */
public final class FilterKinds {
  private static final List<FilterKind> OURS =
      List.of(
          new GopherQuality(),
          new GopherRepetition(),
          new C4(),
          new FineWeb(),
          new Length(),
          new UnicodeNoise(),
          new Script(),
          new Language());

  private FilterKinds() {}

  /** Those that come with SeqLM. */
  public static List<FilterKind> ours() {
    return OURS;
  }

  /**
   * All of them, by name. Others are found by the thread's class loader, which knows the jars that
   * were given to Spark.
   *
   * @throws UserException with exit code 2 if two have one name
   */
  public static Map<String, FilterKind> all() {
    Map<String, FilterKind> kinds = new LinkedHashMap<>();
    OURS.forEach(kind -> kinds.put(kind.name(), kind));
    for (FilterKind kind :
        ServiceLoader.load(FilterKind.class, Thread.currentThread().getContextClassLoader())) {
      FilterKind other = kinds.putIfAbsent(kind.name(), kind);
      if (other != null) {
        throw UserException.configuration(
            "the class path has a filter "
                + kind.name()
                + " of "
                + kind.getClass().getName()
                + ", but "
                + other.getClass().getName()
                + " has that name: give it another");
      }
    }
    return kinds;
  }

  /**
   * The kind of that name.
   *
   * @throws UserException with exit code 2 if there is none
   */
  public static FilterKind of(String name) {
    Map<String, FilterKind> kinds = all();
    FilterKind kind = kinds.get(name);
    if (kind == null) {
      throw UserException.configuration(
          "filters has "
              + name
              + ", which is none: "
              + Suggestions.of(name, List.copyOf(kinds.keySet()))
              + "; one of your own needs its jar on the class path (--jars)");
    }
    return kind;
  }
}
