(function () {
  'use strict';
  var charts = JSON.parse(document.getElementById('charts').textContent);
  if (!charts.length || typeof Chart === 'undefined') return;
  document.documentElement.classList.add('drawn');
  var shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'rectRounded', 'cross'];
  var drawn = [];

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function colour(index) {
    return index < 0 ? css('--quiet') : css('--c' + index % 8);
  }

  // Where the colours come round again, other dashes and other shapes.
  var dashes = [[], [8, 3], [3, 3], [10, 3, 2, 3]];

  function turn(index) {
    return Math.floor(Math.max(0, index) / 8);
  }

  function dash(series) {
    return series.mark === 'dashes' ? [7, 4] : dashes[turn(series.colour) % dashes.length];
  }

  function shape(index) {
    return shapes[(Math.max(0, index) + turn(index)) % shapes.length];
  }

  function number(value) {
    var size = Math.abs(value);
    if (size >= 1e6) return +(value / 1e6).toPrecision(3) + ' M';
    if (size >= 1e4) return +(value / 1e3).toPrecision(3) + ' k';
    if (size > 0 && size < 1e-3) return value.toExponential(2).replace(/\.?0+e/, 'e');
    return String(+value.toPrecision(4));
  }

  // At least so much: 1, 2 or 5 of a power of ten.
  function even(value) {
    var power = Math.pow(10, Math.floor(Math.log10(value)));
    return power * [1, 2, 5, 10].find(function (lead) { return lead * power >= value; });
  }

  // A label in as many lines as it takes: Chart.js cuts what is wider than its half of a chart.
  function broken(text, most) {
    var signs = Array.from(text), lines = [];
    var count = Math.ceil(signs.length / Math.max(8, most));
    for (var i = 0; i < count; i++) {
      lines.push(signs.slice(Math.round(i * signs.length / count), Math.round((i + 1) * signs.length / count)).join(''));
    }
    return lines;
  }

  // Straight lines to compare with: the floor, chance.
  var rules = {
    id: 'rules',
    afterDatasetsDraw: function (chart, args, options) {
      var area = chart.chartArea, draw = chart.ctx;
      (options.rules || []).forEach(function (rule) {
        var across = options.bars;
        var at = chart.scales[across ? 'x' : 'y'].getPixelForValue(rule.value);
        draw.save();
        draw.strokeStyle = css('--ink');
        draw.fillStyle = css('--ink');
        draw.lineWidth = 1.5;
        draw.setLineDash([6, 4]);
        draw.beginPath();
        draw.moveTo(across ? at : area.left, across ? area.top - 4 : at);
        draw.lineTo(across ? at : area.right, across ? area.bottom : at);
        draw.stroke();
        draw.font = '600 12px system-ui, sans-serif';
        draw.textAlign = across ? 'center' : 'right';
        draw.textBaseline = 'bottom';
        var text = rule.name + ' ' + number(rule.value);
        var half = draw.measureText(text).width / 2;
        var x = across ? Math.max(half, Math.min(at, chart.width - half)) : area.right - 4;
        // Below a floor there is room, above it are the curves.
        var below = !across && area.bottom - at > 16;
        if (below) draw.textBaseline = 'top';
        draw.fillText(text, x, across ? area.top - 5 : below ? at + 4 : at - 4);
        draw.restore();
      });
    }
  };

  // The legend draws what a line shows: its dashes, and marks only where it has some.
  var KEY = 30;
  var keys = {
    id: 'keys',
    afterDraw: function (chart) {
      var legend = chart.legend, draw = chart.ctx;
      if (!legend || !legend.options.display) return;
      legend.legendItems.forEach(function (item, i) {
        var box = legend.legendHitBoxes[i], line = chart.data.datasets[item.datasetIndex];
        if (!box || !line) return;
        var middle = box.top + box.height / 2;
        draw.save();
        draw.strokeStyle = line.borderColor;
        draw.fillStyle = line.backgroundColor;
        if (line.showLine) {
          draw.lineWidth = line.borderWidth;
          draw.setLineDash(line.borderDash);
          draw.beginPath();
          draw.moveTo(box.left, middle);
          draw.lineTo(box.left + KEY, middle);
          draw.stroke();
        }
        if (line.pointRadius > 0) {
          draw.setLineDash([]);
          Chart.helpers.drawPoint(draw, { pointStyle: line.pointStyle, radius: line.pointRadius,
            borderWidth: 1, rotation: 0 }, box.left + KEY / 2, middle);
        }
        draw.restore();
      });
    }
  };

  function label(chart) {
    return Chart.defaults.plugins.legend.labels.generateLabels(chart).map(function (item) {
      item.pointStyle = 'line';
      item.strokeStyle = 'transparent';
      return item;
    });
  }

  function axis(spec, data) {
    var log = spec.scale === 'logarithmic';
    // Of so little of a power of ten that its lines are no help.
    var near = log && data.span > 1 && data.span < 5;
    var result = {
      type: spec.scale,
      title: { display: true, text: spec.title, color: css('--quiet') },
      grid: { color: css('--line'), drawTicks: false },
      border: { display: false },
      ticks: { color: css('--quiet'), padding: 6, maxRotation: 0, callback: function (value) {
        if (!log) return number(value);
        var power = Math.floor(Math.log10(value) + 1e-9);
        var lead = value / Math.pow(10, power);
        // Of many powers of ten, so few that their labels have room.
        if (data.span > 1e8 && power % Math.ceil(Math.log10(data.span) / 8) !== 0) return '';
        var few = data.span && data.span < 200;
        lead = Math.round(lead * 1e6) / 1e6;
        return near || lead === 1 || few && (lead === 2 || lead === 5) ? number(value) : '';
      }, includeBounds: false, autoSkip: !log }
    };
    if (near) result.afterBuildTicks = function (built) {
      var step = even((built.max - built.min) / 5);
      built.ticks = [];
      for (var i = Math.ceil(built.min / step); i * step <= built.max; i++) built.ticks.push({ value: i * step });
    };
    // Over many powers of ten the lines between them are a grey haze.
    if (log && data.span > 1e4) result.afterBuildTicks = function (built) {
      built.ticks = built.ticks.filter(function (tick) {
        var power = Math.log10(tick.value);
        return Math.abs(power - Math.round(power)) < 1e-6;
      });
    };
    if (spec.low !== null) result.min = spec.low;
    if (spec.high !== null) result.max = spec.high;
    return result;
  }

  function lines(chart) {
    var ys = [];
    chart.series.forEach(function (s) { s.points.forEach(function (p) { ys.push(p[1]); }); });
    chart.rules.forEach(function (r) { ys.push(r.value); });
    var low = Math.min.apply(null, ys), high = Math.max.apply(null, ys);
    // What lies beyond the axis has no part in how it is divided.
    if (chart.y.low !== null) low = Math.max(low, chart.y.low);
    if (chart.y.high !== null) high = Math.min(high, chart.y.high);
    var y = axis(chart.y, { span: high / low });
    // Room below a floor, so that its line is seen.
    if (chart.y.low === null && chart.rules.length) {
      if (chart.y.scale === 'logarithmic') {
        y.min = low * Math.pow(high / low, -0.12);
        y.max = chart.y.high === null ? high * 1.05 : high;
      } else {
        y.suggestedMin = low - 0.12 * (high - low);
      }
    }
    if (chart.y.high === 100) y.suggestedMax = 100;
    var x = axis(chart.x, {});
    if (chart.x.scale === 'linear') {
      var last = Math.max.apply(null, chart.series.map(function (s) { return s.points[s.points.length - 1][0]; }));
      // A run that ended before its first round has one point, at 0.
      if (last > (chart.x.low || 0)) x.max = last;
    }
    return {
      type: 'line',
      data: { datasets: chart.series.map(function (s) {
        var dots = s.mark === 'points' || s.mark === 'line-and-points';
        return {
          label: s.label,
          data: s.points.map(function (p) { return { x: p[0], y: p[1] }; }),
          borderColor: colour(s.colour),
          backgroundColor: colour(s.colour),
          borderWidth: s.colour < 0 ? 1.5 : 2.5,
          borderDash: dash(s),
          showLine: s.mark !== 'points',
          pointRadius: dots ? (s.mark === 'points' ? 2.5 : 4) : 0,
          pointHitRadius: 8,
          pointStyle: shape(s.colour),
          clip: 8
        };
      }) },
      options: {
        scales: { x: x, y: y },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          legend: { display: chart.series.length > 1, position: 'bottom',
            labels: { color: css('--ink'), usePointStyle: true, pointStyleWidth: KEY, generateLabels: label } },
          tooltip: { callbacks: {
            title: function (items) { return chart.x.title + ' ' + number(items[0].parsed.x); },
            label: function (item) { return ' ' + item.dataset.label + ': ' + number(item.parsed.y); }
          } },
          rules: { rules: chart.rules, bars: false }
        }
      }
    };
  }

  function bars(chart) {
    var x = axis(chart.y, {});
    return {
      type: 'bar',
      data: {
        labels: chart.series.map(function (s) { return s.label; }),
        datasets: [{
          data: chart.series.map(function (s) { return s.points[0][1]; }),
          backgroundColor: chart.series.map(function (s) { return colour(s.colour); }),
          maxBarThickness: 20,
          borderRadius: 3
        }]
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { top: chart.rules.length ? 20 : 4, right: 56 } },
        scales: { x: x, y: { grid: { display: false }, border: { display: false },
          ticks: { color: css('--ink'), autoSkip: false, callback: function (value) {
            return broken(this.getLabelForValue(value), Math.floor(this.chart.width * 0.48 / 6.5));
          } } } },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { label: function (item) { return ' ' + number(item.parsed.x) + ' ' + chart.y.title; } } },
          rules: { rules: chart.rules, bars: true },
          values: { on: true, digits: chart.y.digits }
        }
      }
    };
  }

  var values = {
    id: 'values',
    afterDatasetsDraw: function (chart, args, options) {
      if (!options.on) return;
      var draw = chart.ctx;
      draw.save();
      draw.fillStyle = css('--ink');
      draw.font = '12px system-ui, sans-serif';
      draw.textBaseline = 'middle';
      chart.getDatasetMeta(0).data.forEach(function (bar, i) {
        draw.fillText(chart.data.datasets[0].data[i].toFixed(options.digits), bar.x + 6, bar.y);
      });
      draw.restore();
    }
  };

  function drawAll() {
    drawn.forEach(function (chart) { chart.destroy(); });
    // What is folded away has no size to draw in; it is drawn when it is unfolded.
    drawn = charts.filter(function (chart) {
      var course = document.getElementById(chart.id).closest('details.course');
      return !course || course.open;
    }).map(function (chart) {
      var config = chart.kind === 'bars' ? bars(chart) : lines(chart);
      config.options.animation = false;
      config.options.responsive = true;
      config.options.maintainAspectRatio = false;
      config.plugins = [rules, values, keys];
      return new Chart(document.getElementById(chart.id), config);
    });
  }

  drawAll();
  document.querySelectorAll('details.course').forEach(function (course) {
    course.addEventListener('toggle', drawAll);
  });
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  if (dark.addEventListener) dark.addEventListener('change', drawAll);
})();
