package org.seqlm.job.nightlydemo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.seqlm.ExitCode;
import org.seqlm.job.nightlydemo.DemoNight.Death;
import org.seqlm.job.nightlydemo.DemoNight.Decision;
import org.seqlm.job.nightlydemo.DemoNight.Drift;
import org.seqlm.job.nightlydemo.DemoNight.Training;

/** What the demo promises of its nights, held against what became of them. */
final class Promises {
  /** A p above it is no drift. */
  private static final double MOST_P = 0.05;

  /**
   * A promise.
   *
   * @param night of which it speaks; 0 for all of them
   * @param text of it
   * @param found what happened
   * @param kept whether it held
   */
  record Promise(int night, String text, String found, boolean kept) {}

  private final List<DemoNight> nights;
  private final Special.Nights special;
  private final List<Promise> promises = new ArrayList<>();

  private Promises(List<DemoNight> nights, Special.Nights special) {
    this.nights = nights;
    this.special = special;
  }

  /**
   * Looks at the nights.
   *
   * @param nights all of them, by number
   * @param topicWords new words that the topic brings
   * @param champion what the registry says at the end
   */
  static List<Promise> of(
      List<DemoNight> nights, Special.Nights special, int topicWords, int champion) {
    Promises looked = new Promises(nights, special);
    looked.ordinary();
    looked.drift();
    looked.corrupt();
    looked.killed();
    looked.hopeless();
    looked.topic(topicWords);
    looked.champion(champion);
    return List.copyOf(looked.promises);
  }

  private void add(int night, String text, boolean kept, String found, Object... values) {
    promises.add(new Promise(night, text, String.format(Locale.ROOT, found, values), kept));
  }

  /** The night that is special so; empty where none is, or where the demo ended before. */
  private Optional<DemoNight> night(Special what) {
    int number = special.night(what);
    return number == 0 ? Optional.empty() : Optional.of(nights.get(number - 1));
  }

  private void ordinary() {
    long failed =
        nights.stream()
            .filter(one -> one.special() != Special.CORRUPT && one.special() != Special.HOPELESS)
            .filter(one -> one.decision() == Decision.FAILED)
            .count();
    long promoted = nights.stream().filter(one -> one.decision() == Decision.PROMOTED).count();
    add(
        0,
        "every other night is decided, and some challengers are better",
        failed == 0
            && nights.get(0).decision() == Decision.PROMOTED
            && (promoted > 1 || nights.size() == 1),
        "%d of %d nights promoted; %s failed",
        promoted,
        nights.size(),
        failed == 0 ? "no ordinary one" : failed + " ordinary ones");
  }

  private void drift() {
    night(Special.DRIFT)
        .ifPresent(
            night -> {
              Drift drift = night.text() == null ? null : night.text().drift();
              double others =
                  nights.stream()
                      .filter(one -> one.night() != night.night())
                      .filter(one -> one.night() < special.topic() || special.topic() == 0)
                      .filter(one -> one.text() != null && one.text().drift() != null)
                      .filter(one -> special.drift() + 1 != one.night())
                      .mapToDouble(one -> one.text().drift().bits())
                      .max()
                      .orElse(0);
              add(
                  night.night(),
                  "the drift is found",
                  drift != null && drift.p() <= MOST_P && drift.bits() > others,
                  "%s",
                  drift == null
                      ? "nothing was compared"
                      : String.format(
                          Locale.ROOT,
                          "divergence %.3f bits, %.3f by chance, p %.3g; ordinary nights up to"
                              + " %.3f",
                          drift.bits(),
                          drift.byChance(),
                          drift.p(),
                          others));
            });
  }

  private void corrupt() {
    night(Special.CORRUPT)
        .ifPresent(
            night -> {
              add(
                  night.night(),
                  "the file that breaks off ends the night, with exit code 3 and a line",
                  night.decision() == Decision.FAILED
                      && night.exitCode() == ExitCode.DATA.code()
                      && night.reasons().size() == 1,
                  "%s, exit code %d",
                  night.decision() == Decision.FAILED ? "failed" : "did not fail",
                  night.exitCode());
              DemoNight next = nights.get(night.night());
              List<String> taken = next.text() == null ? List.of() : next.text().partitions();
              add(
                  next.night(),
                  "takes that text, too, once it is mended",
                  taken.stream().anyMatch(name -> name.endsWith(night.date()))
                      && taken.stream().anyMatch(name -> name.endsWith(next.date())),
                  "took %s",
                  taken.isEmpty() ? "nothing" : String.join(" and ", taken));
            });
  }

  private void killed() {
    night(Special.KILLED)
        .ifPresent(
            night -> {
              Death death = night.death();
              add(
                  night.night(),
                  "killed while it trains and started again, it ends as if nothing had happened",
                  death != null
                      && death.exitCode() != 0
                      && death.round() > 0
                      && death.term() > 1
                      && night.decision() != Decision.FAILED
                      && death.sameDecision()
                      && death.sameParameters(),
                  "%s",
                  death == null
                      ? "was not killed"
                      : String.format(
                          Locale.ROOT,
                          "killed after round %d (exit code %d), %s; %s decision and %s parameters"
                              + " as undisturbed",
                          death.round(),
                          death.exitCode(),
                          death.term() > 1 ? "gone on with there" : "not gone on with",
                          death.sameDecision() ? "the same" : "not the",
                          death.sameParameters() ? "the same" : "not the"));
            });
  }

  private void hopeless() {
    night(Special.HOPELESS)
        .ifPresent(
            night ->
                add(
                    night.night(),
                    "the hopeless challenger is kept out, or its training diverges (exit code 4)",
                    night.decision() == Decision.KEPT
                        || (night.decision() == Decision.FAILED
                            && night.exitCode() == ExitCode.DIVERGED.code()),
                    "%s",
                    hopeless(night)));
  }

  private static String hopeless(DemoNight night) {
    if (night.decision() == Decision.FAILED) {
      return "failed, exit code " + night.exitCode();
    }
    Training training = night.training();
    return (night.decision() == Decision.KEPT ? "kept out" : "promoted")
        + (training == null || night.contest() == null
            ? ""
            : String.format(
                Locale.ROOT,
                ": training took the loss from %.2f to %.2f bits a character, the best on its way"
                    + " gains %+.4f",
                training.before(),
                training.after(),
                night.contest().gain()));
  }

  private void topic(int words) {
    night(Special.TOPIC)
        .ifPresent(
            night -> {
              int appended = night.text() == null ? 0 : night.text().appended();
              add(
                  night.night(),
                  "the topic's words are appended to the vocabulary",
                  2 * appended > words,
                  "%d tokens appended, of %d words that the topic has; %d ids now",
                  appended,
                  words,
                  night.text() == null ? 0 : night.text().vocabulary());
            });
  }

  private void champion(int champion) {
    int promoted = 0;
    for (DemoNight night : nights) {
      promoted = night.decision() == Decision.PROMOTED ? night.version() : promoted;
    }
    add(
        0,
        "one version is the champion, the one promoted last",
        champion == promoted,
        "version %d, promoted last was %d",
        champion,
        promoted);
  }
}
