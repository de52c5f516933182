(function () {
  var box = document.getElementById("filter"), count = document.getElementById("shown");
  if (!box) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("#ranking tbody tr"));
  box.parentNode.hidden = false;
  box.addEventListener("input", function () {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = shown + " / " + rows.length;
  });
})();
