package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.seqlm.kernels.KernelChoice;

/** The engines' native libraries: whether they load, where from, and what they compute with. */
public final class NativeRules {
  /** What the jar's natives take where they are unpacked, and a little to spare, in bytes. */
  static final long UNPACKED = Sizes.GIB;

  private static final String CACHE = "natives' folder";
  private static final String FOLDER =
      "name a folder with 1 GiB of room that this user may write to:"
          + " -Dorg.bytedeco.javacpp.cachedir=FOLDER in spark.driver.extraJavaOptions and"
          + " spark.executor.extraJavaOptions";

  private NativeRules() {}

  /** What is to be said of an application's processes. */
  public static List<Finding> of(List<ProcessFacts> all) {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(Verdict.findings("natives", all, NativeRules::loaded));
    findings.addAll(
        Verdict.findings(
            CACHE, all, all, one -> cache(one.natives()), (verdict, group) -> cache(group)));
    findings.addAll(kernels(all));
    return findings;
  }

  /** What is to be said of the driver's folder before anything is loaded. */
  public static List<Finding> cache(ProcessFacts.Cache cache) {
    String where = ProcessFacts.DRIVER;
    if (cache.folder() == null) {
      return List.of(
          Finding.fail(CACHE, where, "no folder can be made to unpack natives into", FOLDER));
    }
    return cache.unpacked() == 0 && cache.free() < UNPACKED
        ? List.of(
            Finding.fail(
                CACHE, where, cache.folder() + ": " + Sizes.of(cache.free()) + " free", FOLDER))
        : List.of();
  }

  private static Verdict loaded(ProcessFacts process) {
    ProcessFacts.Natives natives = process.natives();
    List<String> told = new ArrayList<>();
    natives.loaded().forEach((engine, what) -> told.add(engine + ": " + what));
    if (!natives.problems().isEmpty()) {
      natives.problems().forEach((engine, why) -> told.add(engine + " does not load: " + why));
      return Verdict.fail(
          String.join("; ", told),
          "run where the jar has natives for, with room and rights in "
              + (natives.cache().folder() == null ? "a folder" : natives.cache().folder())
              + "; "
              + FOLDER);
    }
    if (!natives.absent().isEmpty()) {
      return Verdict.warn(
          String.join("; ", told)
              + "; no natives for this system of "
              + String.join(", ", natives.absent()),
          "train with the other engine there, or build the jar on such a machine");
    }
    return Verdict.ok(String.join("; ", told));
  }

  private static Verdict cache(ProcessFacts.Natives natives) {
    ProcessFacts.Cache cache = natives.cache();
    if (cache.folder() == null) {
      return Verdict.fail("", FOLDER);
    }
    if (cache.asked() != null && !cache.asked().equals(cache.folder())) {
      return Verdict.warn(
          cache.asked(),
          "the folder that org.bytedeco.javacpp.cachedir names cannot be made: correct it, or"
              + " leave it out");
    }
    if (!natives.problems().isEmpty() && cache.free() < UNPACKED) {
      return Verdict.fail("", FOLDER);
    }
    if (cache.free() < UNPACKED / 8) {
      return Verdict.warn("", "make room there, or " + FOLDER);
    }
    if (cache.stale() > 0) {
      return Verdict.warn("stale", "seqlm doctor --fix removes what was left there half unpacked");
    }
    return Verdict.ok("");
  }

  /** The least room of a group of processes, and all their folders. */
  private static String cache(List<ProcessFacts> group) {
    List<ProcessFacts.Cache> caches = group.stream().map(one -> one.natives().cache()).toList();
    if (caches.get(0).folder() == null) {
      return "no folder can be made to unpack natives into";
    }
    Set<String> folders = new LinkedHashSet<>();
    caches.forEach(cache -> folders.add(cache.folder()));
    String asked = caches.get(0).asked();
    int stale = caches.stream().mapToInt(ProcessFacts.Cache::stale).max().orElse(0);
    long free = caches.stream().mapToLong(ProcessFacts.Cache::free).min().orElse(0);
    long unpacked = caches.stream().mapToLong(ProcessFacts.Cache::unpacked).min().orElse(0);
    return MachineRules.some(folders)
        + (asked != null && !asked.equals(caches.get(0).folder()) ? " in place of " + asked : "")
        + ": "
        + Sizes.of(unpacked)
        + " unpacked, "
        + Sizes.of(free)
        + " free"
        + (stale > 0 ? ", " + stale + " half unpacked" : "");
  }

  /** A mixture's greatest group is taken for what is meant. */
  private static List<Finding> kernels(List<ProcessFacts> all) {
    String check = "kernels";
    List<ProcessFacts> known =
        all.stream().filter(one -> !one.natives().kernels().isEmpty()).toList();
    Set<KernelChoice> choices = new LinkedHashSet<>();
    known.forEach(one -> choices.add(choice(one)));
    Set<String> different = new TreeSet<>();
    for (KernelChoice one : choices) {
      for (KernelChoice other : choices) {
        different.addAll(one.differences(other));
      }
    }
    Map<Map<String, String>, List<ProcessFacts>> groups = new LinkedHashMap<>();
    for (ProcessFacts one : known) {
      TreeMap<String, String> telling = new TreeMap<>(one.natives().kernels());
      telling.keySet().retainAll(different);
      groups.computeIfAbsent(telling, of -> new ArrayList<>()).add(one);
    }
    if (groups.size() <= 1) {
      return Verdict.findings(
          check, known, all, one -> Verdict.ok(""), (verdict, group) -> choice(group.get(0)) + "");
    }
    Map<String, String> most =
        groups.entrySet().stream()
            .max(Comparator.comparingInt(group -> group.getValue().size()))
            .orElseThrow()
            .getKey();
    List<Finding> findings = new ArrayList<>();
    groups.forEach(
        (telling, group) -> {
          String where = Places.of(group, all);
          if (telling.equals(most)) {
            findings.add(Finding.ok(check, where, choice(group.get(0)).toString()));
          } else {
            String found =
                telling.entrySet().stream()
                    .filter(entry -> !entry.getValue().equals(most.get(entry.getKey())))
                    .map(
                        entry ->
                            entry.getKey()
                                + " "
                                + entry.getValue()
                                + (most.containsKey(entry.getKey())
                                    ? " where others have " + most.get(entry.getKey())
                                    : ""))
                    .collect(Collectors.joining(", "));
            findings.add(
                Finding.warn(
                    check,
                    where,
                    "a mixture: " + found,
                    "the last bits of a training depend on where workers run: train --kernels"
                        + " portable, or give all processes the same variables"
                        + " (conf/kernel-variables.txt) and processors"));
          }
        });
    return findings;
  }

  private static KernelChoice choice(ProcessFacts process) {
    return KernelChoice.none().with(process.natives().kernels());
  }
}
