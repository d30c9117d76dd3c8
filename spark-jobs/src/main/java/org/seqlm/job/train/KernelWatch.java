package org.seqlm.job.train;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/**
 * Sees what computes a training, round by round and process by process, and tells once of a mixture
 * that the last bits depend on.
 */
final class KernelWatch {
  private static final String DRIVER = "the driver";
  private final Set<KernelChoice> all = new LinkedHashSet<>();
  private final Set<KernelChoice> before;
  private final String remedy;
  private boolean mixtureTold;
  private boolean changeTold;

  /**
   * @param kernels that were asked for
   * @param before what computed before this process went on
   */
  KernelWatch(KernelSet kernels, List<KernelChoice> before) {
    remedy =
        kernels == KernelSet.PORTABLE
            ? "; what execution.kernels portable cannot pin must be the same on all machines: give"
                + " them one image"
            : "; for the same bits wherever it runs, train from the beginning with"
                + " execution.kernels portable, or give all processes the same variables"
                + " (conf/kernel-variables.txt)";
    all.addAll(before);
    this.before = Set.copyOf(all);
  }

  /** Of a run that goes on after a checkpoint, or that begins where that is null. */
  static KernelWatch after(Checkpoint from, Execution execution) {
    boolean narrow = execution.precision() != Precision.FLOAT32;
    List<KernelChoice> before =
        from == null
            ? List.of()
            : from.kernels().stream()
                .map(
                    told ->
                        narrow
                            ? KernelChoice.none().with(told)
                            : KernelChoice.recordedOfFloat32(told))
                .toList();
    return new KernelWatch(execution.kernels(), before);
  }

  /**
   * Sees a round.
   *
   * @param driver what this process has loaded
   * @param workers what trained, by executor
   * @return what to tell the user, if there is something that he was not told
   */
  Optional<String> see(KernelChoice driver, SortedMap<String, KernelChoice> workers) {
    all.addAll(workers.values());
    TreeMap<String, KernelChoice> places = new TreeMap<>(workers);
    places.put(DRIVER, driver);
    String mixture = mixtureTold ? "" : differences(places);
    if (!mixture.isEmpty()) {
      mixtureTold = true;
      return Optional.of(
          "native libraries compute differently in the processes of this run, so its last bits"
              + " depend on where workers run: "
              + mixture
              + remedy);
    }
    if (!changeTold) {
      String change = change(workers.values());
      if (!change.isEmpty()) {
        changeTold = true;
        return Optional.of(
            "native libraries compute differently than when this run began, so its last bits may"
                + " differ from an undisturbed one's: "
                + change
                + remedy);
      }
    }
    return Optional.empty();
  }

  /** All that computed, earlier processes included. */
  List<Map<String, String>> all() {
    return all.stream().<Map<String, String>>map(KernelChoice::chosen).toList();
  }

  /** For instance {@code openblas core HASWELL (executor 1 on a), ZEN (executor 2 on b)}. */
  private static String differences(SortedMap<String, KernelChoice> places) {
    Set<String> different = new TreeSet<>();
    for (KernelChoice one : places.values()) {
      for (KernelChoice other : places.values()) {
        different.addAll(one.differences(other));
      }
    }
    return different.stream()
        .map(
            name -> {
              TreeMap<String, Set<String>> where = new TreeMap<>();
              places.forEach(
                  (place, choice) -> {
                    if (choice.chosen().containsKey(name)) {
                      where
                          .computeIfAbsent(choice.chosen().get(name), value -> new TreeSet<>())
                          .add(place);
                    }
                  });
              return name
                  + " "
                  + where.entrySet().stream()
                      .map(entry -> entry.getKey() + " (" + some(entry.getValue()) + ")")
                      .collect(Collectors.joining(", "));
            })
        .collect(Collectors.joining("; "));
  }

  private static String some(Set<String> places) {
    String first =
        places.stream().limit(3).map(KernelWatch::place).collect(Collectors.joining(", "));
    return places.size() <= 3 ? first : first + " and " + (places.size() - 3) + " more";
  }

  /** Spark's scheduler says {@code executor_HOST_ID}. */
  private static String place(String location) {
    int id = location.lastIndexOf('_');
    return location.startsWith("executor_") && id > "executor_".length()
        ? "executor " + location.substring(id + 1) + " on " + location.substring(9, id)
        : location;
  }

  private String change(Collection<KernelChoice> workers) {
    Set<String> told = new TreeSet<>();
    for (KernelChoice was : before) {
      for (KernelChoice is : workers) {
        if (!before.contains(is)) {
          for (String name : is.differences(was)) {
            told.add(name + " was " + was.chosen().get(name) + ", now is " + is.chosen().get(name));
          }
        }
      }
    }
    return String.join("; ", told);
  }
}
