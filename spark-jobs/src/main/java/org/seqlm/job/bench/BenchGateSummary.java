package org.seqlm.job.bench;

import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.bench.gate.BinomialShare;
import org.seqlm.bench.gate.GateBench;
import org.seqlm.job.cli.TextTable;

/** What {@code seqlm bench gate} drew, as tables for its user. */
final class BenchGateSummary {
  private BenchGateSummary() {}

  static String of(BenchGateConfig config, BenchGateCommand.Result result) {
    StringBuilder text = new StringBuilder();
    if (!result.errors().isEmpty()) {
      errors(config, result, text);
    }
    if (!result.power().isEmpty()) {
      power(config, result, text);
    }
    return text.toString();
  }

  private static void errors(
      BenchGateConfig config, BenchGateCommand.Result result, StringBuilder text) {
    text.append(
        String.format(
            Locale.ROOT,
            "%nthe true gain is the margin, %s bits a character: years of %d nights with any false"
                + " promotion,%nwhere %s are allowed; %,d documents a night%n%n",
            config.gate().margin(),
            config.gate().budget().nights(),
            percent(config.gate().budget().alpha()),
            config.nights().documents()));
    TextTable table =
        new TextTable(
            "tail",
            "deviation",
            "years",
            "with any",
            "share",
            interval(config),
            "evidence",
            "challengers a year",
            "again",
            "losses cut");
    for (GateBench.Errors row : result.errors()) {
      table.row(
          Json.name(row.tail()),
          String.valueOf(row.sd()),
          String.format(Locale.ROOT, "%,d", row.years().trials()),
          String.format(Locale.ROOT, "%,d", row.years().hits()),
          percent(row.years().share()),
          ends(row.years()),
          percent(row.reached().share()),
          String.format(Locale.ROOT, "%.1f", row.challengers()),
          String.format(Locale.ROOT, "%.1f", row.again()),
          String.format(Locale.ROOT, "%.5f", row.lossesTaken()));
    }
    text.append(table);
    text.append(
        String.format(
            Locale.ROOT,
            "%nevidence: years in which it sufficed on any night, kept for losses cut or not%n"
                + "losses cut: bits a character in the mean, where the clip's allowance is %s%n",
            config.gate().clip().allowance()));
  }

  private static void power(
      BenchGateConfig config, BenchGateCommand.Result result, StringBuilder text) {
    text.append(
        String.format(
            Locale.ROOT,
            "%na true gain above the margin, champion %s bits a character: first nights of a year"
                + " that promote%nwith %,d documents, and how many documents it takes for %s of"
                + " them%n%n",
            config.nights().championBits(),
            config.nights().documents(),
            percent(config.power().wanted())));
    TextTable table =
        new TextTable(
            "tail",
            "deviation",
            "above margin",
            "nights",
            "promote",
            interval(config),
            "kept for losses cut",
            "documents");
    for (GateBench.Power row : result.power()) {
      table.row(
          Json.name(row.tail()),
          String.valueOf(row.sd()),
          String.format(
              Locale.ROOT, "%.1f %%", 100 * row.aboveMargin() / config.nights().championBits()),
          String.format(Locale.ROOT, "%,d", row.nights().trials()),
          percent(row.nights().share()),
          ends(row.nights()),
          percent((double) row.tailNights() / row.nights().trials()),
          row.documentsNeeded() == null
              ? String.format(Locale.ROOT, "more than %,d", config.power().mostDocuments())
              : String.format(Locale.ROOT, "%,d", row.documentsNeeded()));
    }
    text.append(table);
  }

  private static String interval(BenchGateConfig config) {
    return String.format(Locale.ROOT, "%.0f %% interval", 100 * config.level());
  }

  private static String ends(BinomialShare share) {
    return percent(share.lower()) + " to " + percent(share.upper());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
