subject = استفساركم: { $topic } ({ $reference })
preheader = سيتواصل معكم قسم { $department } خلال { hours }.

salutation = { $recipient ->
    [none] السادة الكرام،
   *[named] حضرة { $recipient } المحترم/ة،
}
greeting = { $day-period ->
    [morning1] صباح الخير
    [morning2] صباح الخير
    [afternoon1] مساء الخير
    [afternoon2] مساء الخير
    [evening1] مساء الخير
   *[neutral] تحية طيبة وبعد
}
thanks = { greeting }، نشكركم على تواصلكم مع { $company }. لقد تسلّمنا استفساركم ويسعدنا أن نكون في خدمتكم.

topic-line = موضوع رسالتكم: { $topic }
reference-line = رقمنا المرجعي: { $reference }

next-step = يعمل قسم { $department } لدينا على دراسة طلبكم، وسيردّ عليكم خلال { hours }.
keep-reference = إذا رغبتم في إضافة أي معلومات، فيُرجى الرد على هذه الرسالة مع ذكر رقمنا المرجعي.
# One and two need no numeral; three to ten take the plural, more the singular.
hours = { $sla ->
    [zero] أقل من ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $sla } ساعات
    [many] { $sla } ساعة
   *[other] { $sla } ساعة
}

closing = وتفضلوا بقبول فائق الاحترام والتقدير،
phone-line = هاتف: { $phone }
automatic-note = أُرسل إشعار الاستلام هذا تلقائيًا، وسيصلكم الرد على استفساركم من أحد أعضاء فريقنا.
