package org.seqlm.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.seqlm.UserException;
import org.seqlm.gate.Reason.Code;

/**
 * Decides between champion and challenger. A challenger is promoted where its gain on fresh
 * documents is shown to exceed the margin and neither the frozen set nor a slice blocks it. Guards
 * only ever block, so what {@link ErrorBudget} says of false promotions holds with them.
 */
public final class Gate {
  private final GateConfig config;

  public Gate(GateConfig config) {
    this.config = config;
  }

  /**
   * A night's decision.
   *
   * @param contest who meets whom
   * @param documents of both sets, in an order that no score has decided ({@link SaltedOrder});
   *     fresh ones must not have been trained on by either model, nor tested on with the evidence
   *     that the challenger comes with
   * @throws UserException with exit code 3 where a document stands twice in a set, with 2 where the
   *     year has no such night
   */
  public GateResult decide(Contest contest, List<ScoredDocument> documents) {
    List<ScoredDocument> fresh = of(documents, DocumentSet.FRESH);
    List<ScoredDocument> kept = of(documents, DocumentSet.FROZEN);
    List<ClusterGain> clusters = ClusterGain.of(fresh, config.estimand());
    FrozenGuard.Frozen frozen = config.frozen().measure(kept, config.estimand());
    List<SliceGuard.Slice> slices =
        config.slices().test(fresh, config.estimand(), config.clip(), config.level());
    List<Reason> reasons = new ArrayList<>();
    guard(frozen, slices, reasons);
    boolean blocked = !reasons.isEmpty();
    tell(contest, slices, reasons);

    GateResult.Test test = null;
    Evidence next = null;
    Spent spent = contest.spent();
    boolean promoted = false;
    if (fresh.size() < config.leastDocuments()) {
      reasons.add(
          reason(
              Code.TOO_FEW_DOCUMENTS,
              "nothing was tested: %,d fresh documents, but %,d are needed",
              fresh.size(),
              config.leastDocuments()));
      if (contest.goesOn()) {
        // What it came with is still there for a night with more.
        next = contest.evidence();
        reasons.add(carried(next));
      }
    } else {
      boolean goesOn = contest.goesOn();
      double share =
          goesOn ? contest.evidence().share() : config.budget().share(contest.night(), spent);
      if (!goesOn) {
        spent = spent.plus(share);
      }
      int nights = goesOn ? contest.evidence().nights() + 1 : 1;
      double before = goesOn ? contest.evidence().logCapital() : 0;
      BettingTest betting = new BettingTest(config.margin(), config.clip(), before);
      clusters.forEach(betting::observe);
      test = figures(betting, share, before, nights);
      Carry.Verdict verdict = config.carry().verdict(betting, config.clip(), share, nights);
      promoted = verdict == Carry.Verdict.SHOWN && !blocked;
      tell(verdict, test, reasons);
      if (verdict == Carry.Verdict.ALMOST && !blocked) {
        next = next(contest, betting, share, nights);
        reasons.add(carried(next));
      }
      if (promoted && (!goesOn || contest.evidence().year() == contest.year())) {
        spent = spent.minus(share);
      }
    }
    reasons.sort(Comparator.comparing(Reason::code));
    return new GateResult(
        promoted ? GateResult.Decision.PROMOTED : GateResult.Decision.KEPT,
        List.copyOf(reasons),
        config.estimand(),
        config.margin(),
        fresh.size(),
        clusters.size(),
        fresh.isEmpty() ? null : ClusterGain.mean(clusters),
        fresh.isEmpty() ? null : GainInterval.of(clusters, config.clip(), config.level()),
        fresh.isEmpty() ? null : GateResult.Bits.of(fresh),
        test,
        frozen,
        slices,
        next,
        spent);
  }

  private static List<ScoredDocument> of(List<ScoredDocument> documents, DocumentSet set) {
    List<ScoredDocument> members = documents.stream().filter(one -> one.set() == set).toList();
    Set<String> ids = new HashSet<>();
    for (ScoredDocument document : members) {
      if (!ids.add(document.id())) {
        throw UserException.data(
            "document "
                + document.id()
                + " must stand once among the "
                + set.name().toLowerCase(Locale.ROOT)
                + " documents, but stands there twice: score each document once, and name"
                + " duplicates by a cluster");
      }
    }
    return members;
  }

  private void guard(
      FrozenGuard.Frozen frozen, List<SliceGuard.Slice> slices, List<Reason> reasons) {
    FrozenGuard guard = config.frozen();
    if (frozen.documents() < guard.leastDocuments()) {
      reasons.add(
          reason(
              Code.TOO_FEW_FROZEN,
              "the frozen set has %,d documents, but %,d are needed",
              frozen.documents(),
              guard.leastDocuments()));
    }
    if (frozen.gain() != null && -frozen.gain() > guard.mostLoss()) {
      reasons.add(
          reason(
              Code.FROZEN_LOSS,
              "the frozen set loses %.4f bits a character, but %.4f are allowed",
              -frozen.gain(),
              guard.mostLoss()));
    }
    for (SliceGuard.Slice slice : slices) {
      if (slice.finding() == SliceGuard.Finding.HARM_SHOWN) {
        reasons.add(
            reason(
                Code.SLICE_HARMED,
                "%s %s loses more than %.4f bits a character: gain %+.4f over %,d documents,"
                    + " p %.2g after Holm's correction",
                slice.name(),
                slice.value(),
                config.slices().mostLoss(),
                slice.gain(),
                slice.documents(),
                slice.adjusted()));
      } else if (slice.blocks()) {
        reasons.add(
            reason(
                Code.SLICE_NOT_SHOWN_UNHARMED,
                "%s %s is not shown to lose less than %.4f bits a character: gain %+.4f over %,d"
                    + " documents, p %.2g",
                slice.name(),
                slice.value(),
                config.slices().mostLoss(),
                slice.gain(),
                slice.documents(),
                slice.p()));
      }
    }
  }

  /** What decides nothing by itself. */
  private void tell(Contest contest, List<SliceGuard.Slice> slices, List<Reason> reasons) {
    if (contest.evidence() != null && !contest.goesOn()) {
      reasons.add(
          reason(
              Code.EVIDENCE_VOID,
              "evidence of %d nights against %s does not count against %s",
              contest.evidence().nights(),
              contest.evidence().champion(),
              contest.champion()));
    }
    for (SliceGuard.Slice slice : slices) {
      if (slice.values() > 1) {
        reasons.add(
            reason(
                Code.SLICES_TOGETHER,
                "%,d values of %s are put together as %s: those with fewer than %,d documents, and"
                    + " all but the %,d most frequent",
                slice.values(),
                slice.name(),
                slice.value(),
                config.slices().leastDocuments(),
                config.slices().most()));
      }
    }
    long small =
        slices.stream().filter(slice -> slice.finding() == SliceGuard.Finding.TOO_SMALL).count();
    if (small > 0) {
      reasons.add(
          reason(
              Code.SLICES_TOO_SMALL,
              "%,d of %,d slices have fewer than %,d documents, those of a cluster counted as one,"
                  + " and were not tested",
              small,
              slices.size(),
              config.slices().leastDocuments()));
    }
  }

  private void tell(Carry.Verdict verdict, GateResult.Test test, List<Reason> reasons) {
    if (verdict == Carry.Verdict.SHOWN || verdict == Carry.Verdict.TAIL) {
      reasons.add(
          reason(
              Code.GAIN_SHOWN,
              "a mean gain above %.4f bits a character is shown: evidence (what a bet on it made of"
                  + " 1) e^%.2f of e^%.2f needed, mean gain %+.4f, clipped %+.4f",
              config.margin(),
              test.highest(),
              test.needed(),
              test.clipped().mean(),
              test.clipped().clippedMean()));
    } else {
      reasons.add(
          reason(
              Code.GAIN_NOT_SHOWN,
              "a mean gain above %.4f bits a character is not shown: evidence (what a bet on it"
                  + " made of 1) e^%.2f of e^%.2f needed, mean gain %+.4f, clipped %+.4f",
              config.margin(),
              test.highest(),
              test.needed(),
              test.clipped().mean(),
              test.clipped().clippedMean()));
    }
    if (verdict == Carry.Verdict.TAIL) {
      reasons.add(
          reason(
              Code.LOSSES_BEYOND_CLIP,
              "losses beyond the clip, of %,d clusters, take %.4f bits a character from the mean,"
                  + " but %.4f are allowed",
              test.clipped().losses(),
              test.clipped().lossesTaken(),
              config.clip().allowance()));
    }
  }

  private Reason carried(Evidence evidence) {
    return reason(
        Code.EVIDENCE_CARRIED,
        "the challenger may come again with evidence e^%.2f, after %d of %d nights",
        evidence.logCapital(),
        evidence.nights(),
        config.carry().nights());
  }

  private static Evidence next(Contest contest, BettingTest betting, double share, int nights) {
    return new Evidence(
        contest.champion(),
        contest.challenger(),
        contest.goesOn() ? contest.evidence().year() : contest.year(),
        share,
        betting.logCapital(),
        nights,
        betting.documents() + (contest.goesOn() ? contest.evidence().documents() : 0));
  }

  private static GateResult.Test figures(
      BettingTest betting, double share, double before, int nights) {
    return new GateResult.Test(
        share,
        -Math.log(share),
        before,
        betting.peakLogCapital(),
        betting.logCapital(),
        nights,
        betting.clipped());
  }

  private static Reason reason(Code code, String format, Object... values) {
    return new Reason(code, String.format(Locale.ROOT, format, values));
  }
}
