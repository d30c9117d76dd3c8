package org.seqlm.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Language;
import org.seqlm.report.page.Page;
import org.seqlm.report.page.Translation;
import org.seqlm.report.task.PredictionsView;

/**
 * Writes a {@link ReportModel} as one HTML page that needs nothing else: styles, script, chart
 * library and data are inside. Tables are complete without the script. All text of a corpus is
 * escaped and drawn in its own direction. Equal models give equal bytes.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /** The page: a headline, then the sections of what the model has, in the order below. */
  public static String render(ReportModel model) {
    return render(model, Language.EN);
  }

  /**
   * The same in a language. What artifacts say of themselves is translated as far as it is known;
   * figures stay as they are, so that they can be copied.
   */
  public static String render(ReportModel model, Language language) {
    Translation translation = Translation.into(language);
    Legend legend = Legend.of(model.evaluations(), model.taskEvaluations(), model.runs());
    Charts charts = new Charts(translation);
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("title", model.title());
    page.put("notes", model.notes());
    page.put("hasNotes", !model.notes().isEmpty());
    page.put("headline", Headline.view(model, legend));
    // Charts are numbered as the sections come.
    List<EvaluationPart> evaluations = model.evaluations();
    section(page, "nights", model.nights(), new NightSection(charts)::view);
    section(page, "evaluations", evaluations, new EvaluationSection(legend, charts)::view);
    section(
        page,
        "taskEvaluations",
        model.taskEvaluations(),
        new TaskEvaluationSection(legend, charts)::view);
    section(
        page,
        "predictions",
        model.predictions(),
        part -> PredictionsView.view(part.name(), part.details()));
    page.put("shortened", legend.shortened());
    page.put("hasShortened", !legend.shortened().isEmpty());
    page.put("runsTables", runsTables(model, legend));
    List<Map<String, Object>> compared = new RunsCompared(legend, charts).view(model.runs());
    page.put("compared", compared);
    page.put("hasCompared", !compared.isEmpty());
    section(page, "runs", model.runs(), new TrainingSection(legend, charts, evaluations)::view);
    List<EvaluationPart> paired =
        evaluations.stream().filter(part -> !part.evaluation().pairs().isEmpty()).toList();
    section(page, "agreements", paired, new AgreementSection(legend, charts)::view);
    section(page, "ngrams", model.ngrams(), new NgramsSection(charts)::view);
    section(page, "analyses", model.analyses(), new AnalysisSection(charts, translation)::view);
    section(page, "datasets", model.datasets(), DatasetSection::view);
    section(page, "examples", model.examples(), new ExamplesSection(charts)::view);
    page.put("hasData", !model.datasets().isEmpty() || !model.examples().isEmpty());
    section(page, "sources", model.sources(), ProvenanceSection::view);
    return Page.render("report.mustache", page, charts, translation);
  }

  /** Runs over text, and runs over examples. */
  private static List<Map<String, Object>> runsTables(ReportModel model, Legend legend) {
    Map<Boolean, List<RunPart>> runs =
        model.runs().stream().collect(Collectors.partitioningBy(run -> run.trained() != null));
    RunsTable table = new RunsTable(legend);
    return Stream.of(table.view(runs.get(false)), table.view(runs.get(true)))
        .filter(Objects::nonNull)
        .toList();
  }

  /** A section with a view of each of its parts, which are named where there are several. */
  private static <P> void section(
      Map<String, Object> page, String name, List<P> parts, Function<P, Map<String, Object>> view) {
    List<Map<String, Object>> views = parts.stream().map(view).toList();
    views.forEach(part -> part.put("named", views.size() > 1));
    page.put(name, views);
    page.put("has-" + name, !views.isEmpty());
  }
}
