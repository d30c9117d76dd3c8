package org.seqlm.job.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.job.cli.Counted;
import org.seqlm.kernels.KernelChoice;

/** What the user reads of a run that has ended. */
final class TrainSummary {
  private TrainSummary() {}

  static String of(TrainConfig config, TrainResult result) {
    StringBuilder text = new StringBuilder();
    row(
        text,
        "network",
        String.format(
            Locale.ROOT,
            "%s, %,d parameters%s",
            result.title(),
            result.parameters(),
            result.vocabulary() == null
                ? ""
                : String.format(
                    Locale.ROOT, ", %,d tokens in the vocabulary", result.vocabulary())));
    row(
        text,
        "trained",
        String.format(
            Locale.ROOT,
            "%,d %s%s (%.2f passes) in %s%s, %.0f s, %,.0f %s/s%s",
            result.tokens(),
            result.unit(),
            result.replayed() == null
                ? ""
                : String.format(Locale.ROOT, ", %,d of them of old text", result.replayed()),
            result.epochs(),
            Counted.of(result.rounds(), "round"),
            result.resumedFrom() == null
                ? ""
                : String.format(
                    Locale.ROOT, " (%,d of them in earlier sessions)", result.resumedFrom()),
            result.seconds(),
            result.tokensPerSecond(),
            result.unit(),
            result.stoppedEarly() ? ", stopped early" : ""));
    if (result.skipped() > 0) {
      row(
          text,
          "skipped",
          String.format(
              Locale.ROOT,
              "%,d %s, of diverged workers or left of a pass when workers changed",
              result.skipped(),
              result.unit()));
    }
    if (result.ended() != null && result.ended().startsWith("budget")) {
      row(
          text,
          "ended",
          String.format(
              Locale.ROOT,
              "%s, after %.2f of %s passes",
              result.ended(),
              result.epochs(),
              config.training().epochs()));
    }
    if (result.validationMetric() != null) {
      row(
          text,
          "validation",
          String.format(
              Locale.ROOT,
              "%s %.4f, loss %.4f nats (round %d)",
              result.validationMetric().name(),
              result.validationMetric().value(),
              result.validationNats(),
              result.bestRound()));
    } else if (result.validationNats() != null) {
      row(
          text,
          "validation",
          String.format(
              Locale.ROOT,
              "%.4f nats a token, perplexity %.3f, %.4f bits a character (round %d)",
              result.validationNats(),
              result.validationPerplexity(),
              result.validationBitsPerCharacter(),
              result.bestRound()));
    }
    computed(result.kernels()).forEach(kernels -> row(text, "computed", "by " + kernels));
    row(text, "model", result.model());
    result.advice().forEach(advice -> row(text, "advice", advice.text()));
    return text.toString();
  }

  /** What computed; what tells more than another, and nothing else than that, stands for both. */
  static List<KernelChoice> computed(List<Map<String, String>> kernels) {
    List<KernelChoice> told = new ArrayList<>();
    for (Map<String, String> one : kernels) {
      KernelChoice choice = KernelChoice.none().with(one);
      int like = 0;
      while (like < told.size() && !told.get(like).differences(choice).isEmpty()) {
        like++;
      }
      if (like < told.size()) {
        told.set(like, told.get(like).with(one));
      } else {
        told.add(choice);
      }
    }
    return told;
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-11s %s%n", name, value));
  }
}
