package org.seqlm.job.trend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.metrics.NightFigures;
import org.seqlm.registry.Attachment;
import org.seqlm.registry.Decision;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;
import org.seqlm.registry.VersionStatus;
import org.seqlm.registry.Words;
import org.seqlm.report.trend.Trend;
import org.seqlm.report.trend.TrendPage;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * What a registry says of its nights, as a {@link Trend}. All of it stands in the registry's
 * manifest, so nights whose files are pruned are told, too; only where their pages are is looked
 * for.
 */
public final class RegistryTrend {
  /** A night's page, in the folder of its name. */
  private static final String PAGE = "report.html";

  /** The numbers of a decision that are a night's {@link NightFigures}. */
  public static final String FIGURES = "figures";

  private RegistryTrend() {}

  /**
   * A registry's trend.
   *
   * @param nights folder of the nights' folders, or null; what is not there is linked to nowhere
   * @param page where the trend is to stand, from which pages are linked
   */
  public static Trend of(Configuration conf, Registry registry, String nights, String page)
      throws IOException {
    RegistryState state = registry.state();
    Path file = qualified(conf, page);
    Map<String, Path> pages = nights == null ? Map.of() : pages(conf, nights);
    List<Trend.Row> rows = new ArrayList<>();
    for (Decision one : state.history()) {
      Trend.Event event = event(one);
      if (event != null) {
        Path at = one.night() == null ? null : pages.get(one.night());
        if (at == null && one.version() != 0) {
          at = stored(conf, registry, state.version(one.version()));
        }
        rows.add(row(one, event, at == null ? null : link(file, at)));
      }
    }
    List<Trend.Version> line =
        state.champion() == 0
            ? List.of()
            : state.ancestors(state.champion()).stream().map(RegistryTrend::version).toList();
    return new Trend(qualified(conf, registry.name()).getName(), state.champion(), rows, line);
  }

  /**
   * Writes {@code NIGHTS/trend.html}, and {@code trend.json} beside it, in place of those before.
   *
   * @return the page's name
   */
  public static String write(Configuration conf, Registry registry, String nights)
      throws IOException {
    String page = nights + "/trend.html";
    Trend trend = of(conf, registry, nights, page);
    write(conf, page, TrendPage.render(trend));
    write(conf, nights + "/trend.json", Json.pretty(trend));
    return page;
  }

  /** Writes a file for people, whole or not at all. */
  public static void write(Configuration conf, String file, String text) throws IOException {
    // A rename would move the file into a folder of its name.
    OutputCheck.file(conf, "file", file, Overwrite.REPLACE);
    Path path = Paths.of(file);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    HashedFile.replacePlain(path.getFileSystem(conf), path, out -> out.write(bytes));
  }

  /** What a decision is in a trend; null for what changes nothing that counts. */
  private static Trend.Event event(Decision one) {
    return switch (one.what()) {
      case ADDED, PRUNED -> null;
      case PROMOTED -> Trend.Event.PROMOTED;
      case KEPT -> Trend.Event.WAITS;
      case FAILED -> one.version() == 0 ? Trend.Event.FAILED : Trend.Event.KEPT;
      case ROLLED_BACK -> Trend.Event.ROLLED_BACK;
    };
  }

  private static Trend.Row row(Decision one, Trend.Event event, String page) {
    return new Trend.Row(
        one.when(),
        one.night(),
        event,
        one.version(),
        one.champion(),
        one.reasons(),
        contest(one.numbers()),
        NightFigures.read(one.numbers().path(FIGURES)),
        page);
  }

  private static Trend.Contest contest(JsonNode numbers) {
    if (!numbers.path("gain").isNumber()) {
      return null;
    }
    return new Trend.Contest(
        numbers.path("documents").asInt(),
        real(numbers.path("gain")),
        real(numbers.path("interval").path("lower")),
        real(numbers.path("interval").path("upper")),
        real(numbers.path("margin")),
        real(numbers.path("bits").path("champion")),
        real(numbers.path("bits").path("challenger")),
        real(numbers.path("spent").path("shares")),
        numbers.path("spent").path("challengers").asInt());
  }

  private static Double real(JsonNode node) {
    return node.isNumber() ? node.asDouble() : null;
  }

  private static Trend.Version version(ModelVersion one) {
    return new Trend.Version(
        one.number(),
        one.name(),
        Words.of(one.status()),
        one.created(),
        one.night(),
        one.trainedOn());
  }

  /** The pages of nights by the names of their folders. */
  private static Map<String, Path> pages(Configuration conf, String nights) throws IOException {
    Path folder = qualified(conf, nights);
    FileSystem fs = folder.getFileSystem(conf);
    Map<String, Path> pages = new TreeMap<>();
    try {
      for (FileStatus one : fs.listStatus(folder)) {
        Path page = new Path(one.getPath(), PAGE);
        if (one.isDirectory() && fs.exists(page)) {
          pages.put(one.getPath().getName(), page);
        }
      }
    } catch (FileNotFoundException e) {
      return Map.of(); // no night has left anything
    }
    return pages;
  }

  /** The page that a version came with; null if it is gone. */
  private static Path stored(Configuration conf, Registry registry, ModelVersion version)
      throws IOException {
    Attachment page = version.attachment(Role.REPORT).orElse(null);
    return page == null || version.status() == VersionStatus.PRUNED
        ? null
        : Paths.below(qualified(conf, registry.name()), page.path());
  }

  /**
   * From one file to another: relative on one file system, so that both may be copied elsewhere.
   */
  static String link(Path from, Path to) {
    URI start = from.toUri();
    URI end = to.toUri();
    boolean together =
        Objects.equals(start.getScheme(), end.getScheme())
            && Objects.equals(start.getAuthority(), end.getAuthority());
    if (!together) {
      return end.toASCIIString();
    }
    String[] here = URI.create(start.toASCIIString()).getRawPath().split("/");
    String[] there = URI.create(end.toASCIIString()).getRawPath().split("/");
    int common = 0;
    while (common < Math.min(here.length, there.length) - 1 && here[common].equals(there[common])) {
      common++;
    }
    StringBuilder link = new StringBuilder("../".repeat(here.length - 1 - common));
    for (int i = common; i < there.length; i++) {
      link.append(i == common ? "" : "/").append(there[i]);
    }
    // A name with a colon would be read as a scheme.
    return link.indexOf("../") == 0 ? link.toString() : "./" + link;
  }

  private static Path qualified(Configuration conf, String path) throws IOException {
    Path named = Paths.of(path);
    return named.getFileSystem(conf).makeQualified(named);
  }
}
