// Finds the sections (index.js) in which every word of the question stands: first those whose
// heading has them all, then those with more of them.
(function () {
	'use strict';
	const field = document.getElementById('search');
	const list = document.getElementById('found');
	const menu = document.querySelector('.menu');
	const root = document.body.dataset.root;
	const most = 30;

	function times(text, word) {
		return text.split(word).length - 1;
	}

	function find(question) {
		const words = question.toLowerCase().split(/\s+/).filter(Boolean);
		if (words.length === 0)
			return [];
		return sections.map(function (s) {
			const head = s[1].toLowerCase(), text = s[2].toLowerCase();
			if (!words.every((w) => head.includes(w) || text.includes(w)))
				return null;
			const in_head = words.filter((w) => head.includes(w)).length;
			const name = head.split('(')[0] === words.join(' ') ? 1000 : 0;
			const inside = /^(: |gives .*: )?internal: /.test(text) ? -500 : 0;
			return { section: s, worth: name + inside + in_head * 100 + words.reduce((n, w) => n + Math.min(times(text, w), 9), 0) };
		}).filter(Boolean).sort((a, b) => b.worth - a.worth);
	}

	// Some words before and after the first place where the question stands.
	function excerpt(text, question) {
		const at = Math.max(0, text.toLowerCase().indexOf(question.toLowerCase().split(/\s+/)[0]));
		const from = Math.max(0, at - 60);
		return (from > 0 ? '…' : '') + text.slice(from, from + 160) + (text.length > from + 160 ? '…' : '');
	}

	function show() {
		const question = field.value.trim();
		const found = find(question);
		list.replaceChildren();
		list.hidden = question === '';
		for (const f of found.slice(0, most)) {
			const item = document.createElement('li');
			const link = document.createElement('a');
			const words = document.createElement('p');
			link.href = root + f.section[0];
			link.textContent = f.section[1];
			words.textContent = excerpt(f.section[2], question);
			item.append(link, words);
			list.append(item);
		}
		if (question !== '' && found.length === 0)
			list.append(Object.assign(document.createElement('li'), { textContent: 'No section has all of these words.' }));
		if (found.length > most)
			list.append(Object.assign(document.createElement('li'), { textContent: (found.length - most) + ' more.' }));
	}

	field.addEventListener('input', show);
	field.form.addEventListener('submit', function (event) {
		event.preventDefault();
		const first = list.querySelector('a');
		if (first)
			location.href = first.href;
	});
	list.addEventListener('click', function (event) {
		if (event.target.closest('a')) {
			field.value = '';
			list.hidden = true;
		}
	});
	document.addEventListener('keydown', function (event) {
		if (event.key === '/' && document.activeElement !== field) {
			event.preventDefault();
			field.focus();
		} else if (event.key === 'Escape') {
			field.value = '';
			show();
		}
	});
	// open beside the page, closed above it
	menu.open = window.matchMedia('(min-width: 60rem)').matches;
	if (location.hash.startsWith('#?')) {
		field.value = decodeURIComponent(location.hash.slice(2));
		show();
	}
})();
